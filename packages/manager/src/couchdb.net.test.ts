import { type Client, RPCError, silentLogger } from "@metricq/client"
import { startNetwork, TestCouchdb, type TestScope } from "@metricq/testkit"
import { expect, test, vi } from "vitest"
import { openCouchDocuments } from "./documents/couch-documents.js"

/** A network whose documents are in a CouchDB that others use, too. */
async function setUp(t: TestScope & { onTestFinished(cleanup: () => unknown): void }) {
  const couchdb = await TestCouchdb.start(t, { user: "metricq", password: "swordfish" })
  const documents = await openCouchDocuments(couchdb.url, { logger: silentLogger, timeoutMs: 2000 })
  t.onTestFinished(() => documents.close())
  const net = await startNetwork(t, { kind: "embedded", documents })
  return { net, couchdb, documents }
}

const names = async (client: Client, args = {}) => Object.keys(await client.getMetrics({ ...args, metadata: true }))

test("a metric that the wizard hides, or another program adds or deletes, is found that way by clients", async (t) => {
  const { net, couchdb } = await setUp(t)
  const source = await net.source("source-lab", { metrics: { "lab.power": { unit: "W" }, "lab.heat": {} } })
  const metadata = couchdb.database("metadata")
  expect(metadata.get("lab.power")).toMatchObject({ unit: "W", source: "source-lab" })
  const { _id, ...power } = metadata.get("lab.power")
  metadata.put("lab.power", { ...power, hidden: true })
  metadata.put("lab.new", { unit: "V" })
  metadata.put("lab.heat", { _rev: metadata.get("lab.heat")._rev, _deleted: true })
  await vi.waitFor(async () => expect(await names(source)).toEqual(["lab.new", "lab.power"]))
  expect(await names(source, { hidden: true })).toEqual(["lab.power"])
  await source.declareMetrics({ "lab.power": { unit: "kW" } })
  expect(metadata.get("lab.power")).toMatchObject({ unit: "kW", hidden: true })
})

test("a configuration that the wizard writes is what its client gets, and a version as any other", async (t) => {
  const { net, couchdb } = await setUp(t)
  couchdb.database("config").put("source-new", { rate: 7 })
  const client = await net.client("source-new")
  const { config } = await client.rpc("source.register", {})
  expect(config).toMatchObject({ _id: "source-new", _rev: expect.stringMatching(/^1-/), rate: 7 })
  const admin = await net.adminClient()
  await admin.rpc("config.set", { token: "source-new", config: { rate: 8 }, by: "bob" })
  const { versions } = await admin.rpc("config.versions", { token: "source-new" })
  expect(versions).toMatchObject([
    { version: 2, author: net.admin.name, by: "bob" },
    { version: 1, author: "unknown" },
  ])
})

test("while the CouchDB is away, requests are refused in time; then the manager goes on, and what it noted is kept", async (t) => {
  const { net, couchdb, documents } = await setUp(t)
  const source = await net.source("source-lab", { metrics: { "lab.power": { unit: "W" } } })
  await couchdb.goAway()
  const begin = performance.now()
  const refused = await source.declareMetrics({ "lab.heat": {} }).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(refused).toBeInstanceOf(RPCError)
  expect((refused as RPCError).message).toContain("cannot reach the CouchDB at http://127.0.0.1:")
  expect((refused as RPCError).message).not.toContain("swordfish")
  expect(performance.now() - begin).toBeLessThan(5000)
  const late = await net.client("sink-late")
  await late.rpc("get_metrics", { format: "array" }).catch(() => {})
  await couchdb.comeBack()
  await source.declareMetrics({ "lab.heat": {} })
  expect(await names(source)).toEqual(["lab.heat", "lab.power"])
  await vi.waitFor(
    async () =>
      expect((await documents.getMany("clients", ["sink-late"]))[0]?.body).toMatchObject({
        lastSeen: expect.any(String),
      }),
    30_000,
  )
}, 60_000)
