import { type JsonObject, silentLogger } from "@metricq/client"
import { type CouchStore, TestCouchdb, type TestScope } from "@metricq/testkit"
import { expect, test, vi } from "vitest"
import { openCouchDocuments } from "./couch-documents.js"
import type { DocumentStore, MetricChange } from "./store.js"

interface Setup {
  couchdb: TestCouchdb
  config: CouchStore
  metadata: CouchStore
  store: DocumentStore
}

/** A CouchDB with what others have written, and our documents in it. */
async function setUp(t: TestScope & { onTestFinished(cleanup: () => unknown): void }): Promise<Setup> {
  const couchdb = await TestCouchdb.start(t)
  const [config, metadata] = [couchdb.database("config"), couchdb.database("metadata")]
  config.put("source-lab", { rate: 1, "x-metricq": { "data-message-ttl": 60 } })
  metadata.put("_design/index", { language: "javascript", views: { source: { map: "function (doc) {}" } } })
  metadata.put("lab.power", { unit: "W", source: "source-lab", date: "2020-01-01T00:00:00+00:00", historic: true })
  metadata.put("lab.hidden", { hidden: true })
  const store = await openCouchDocuments(couchdb.url, { logger: silentLogger })
  t.onTestFinished(() => store.close())
  return { couchdb, config, metadata, store }
}

/** Write over a document as the wizard does. */
function edit(database: CouchStore, id: string, change: (body: JsonObject) => JsonObject): void {
  const { _id, ...body } = database.get(id) as JsonObject
  database.put(id, change(body))
}

const set = (store: DocumentStore, name: string, overlay: JsonObject) =>
  store.changeMetadata([name], { action: "set", author: "ann" }, (_, current) => ({
    declared: current?.declared ?? {},
    overlay: { ...current?.overlay, ...overlay },
  }))

const declare = (store: DocumentStore, name: string, keys: JsonObject) =>
  store.changeMetadata([name], { action: "declare", author: "source-lab" }, (_, current) => ({
    declared: { ...current?.declared, ...keys },
    overlay: current?.overlay ?? {},
  }))

test("what the original has written is there, without its designs", async (t) => {
  const { store, config } = await setUp(t)
  const marks = []
  for await (const batch of store.metricMarks()) marks.push(...batch)
  expect(marks).toEqual([
    { name: "lab.hidden", historic: false, hidden: true },
    { name: "lab.power", historic: true, hidden: false },
  ])
  const ids = []
  for await (const batch of store.range("metadata")) ids.push(...batch.map(({ id }) => id))
  expect(ids).toEqual(["lab.hidden", "lab.power"])
  expect(await store.getMany("metadata", ["_design/index"])).toEqual([undefined])
  expect(await store.config("source-lab")).toMatchObject({
    ...{ version: 1, author: "unknown", revision: config.get("source-lab")._rev },
    config: { rate: 1, "x-metricq": { "data-message-ttl": 60 } },
  })
})

test("what we write is plain for others: the merged document, the bare configuration, and nothing else there", async (t) => {
  const { store, config, metadata } = await setUp(t)
  await set(store, "lab.power", { unit: "kW" })
  await store.update("labels", ["source-lab"], () => ({ site: "A" }))
  await store.putConfig("source-lab", { rate: 2 }, { author: "ann" })
  const { _rev, ...document } = metadata.get("lab.power")
  expect(document).toMatchObject({ _id: "lab.power", unit: "kW", source: "source-lab", historic: true })
  expect(document).not.toHaveProperty("overlay")
  expect(config.get("source-lab")).toEqual({ _id: "source-lab", _rev: expect.stringMatching(/^2-/), rate: 2 })
  const idsOf = (database: CouchStore) => (database.allDocs({}).rows as JsonObject[]).map(({ id }) => id)
  expect(idsOf(metadata)).toEqual(["_design/index", "lab.hidden", "lab.power"])
  expect(idsOf(config)).toEqual(["source-lab"])
})

test("what others write and delete is told, once, and what we wrote is not told again", async (t) => {
  const { store, metadata } = await setUp(t)
  const told: MetricChange[] = []
  store.watchMetrics((changes) => told.push(...changes))
  await store.update("metadata", ["lab.own"], () => ({ historic: true }))
  metadata.put("lab.new", { historic: true })
  edit(metadata, "lab.hidden", ({ hidden, ...rest }) => rest)
  edit(metadata, "lab.power", (body) => ({ ...body, _deleted: true }))
  await vi.waitFor(() => expect(told.some(({ gone }) => gone)).toBe(true))
  expect(told).toEqual([
    { name: "lab.own", historic: true, hidden: false, gone: false },
    { name: "lab.new", historic: true, hidden: false, gone: false },
    { name: "lab.hidden", historic: false, hidden: false, gone: false },
    { name: "lab.power", historic: false, hidden: false, gone: true },
  ])
})

test("configurations that others write and delete become versions by themselves, without an author", async (t) => {
  const { store, config } = await setUp(t)
  await store.putConfig("source-lab", { rate: 2 }, { author: "ann", note: "faster" })
  edit(config, "source-lab", (body) => ({ ...body, rate: 3 }))
  const versionsOf = async () =>
    (await store.configVersions("source-lab")).map(({ author, config }) => [author, config])
  expect(await versionsOf()).toEqual([
    ["unknown", { rate: 3 }],
    ["ann", { rate: 2 }],
    ["unknown", expect.objectContaining({ rate: 1 })],
  ])
  edit(config, "source-lab", (body) => ({ ...body, _deleted: true }))
  await vi.waitFor(async () => expect((await store.configVersions("source-lab"))[0]?.deleted).toBe(true))
  expect(await store.config("source-lab")).toBeUndefined()
  const again = await store.putConfig("source-lab", { rate: 4 }, { author: "bob", base: null })
  expect(again.version).toBe(5)
})

test("a write on top of a revision that somebody else has written over is refused; without a base it goes on top", async (t) => {
  const { store, config } = await setUp(t)
  const { revision } = (await store.config("source-lab"))!
  edit(config, "source-lab", (body) => ({ ...body, rate: 9 }))
  const stale = store.putConfig("source-lab", { rate: 2 }, { author: "ann", base: revision })
  await expect(stale).rejects.toMatchObject({ code: "conflict", current: { config: { rate: 9 }, author: "unknown" } })
  expect(await store.putConfig("source-lab", { rate: 2 }, { author: "ann" })).toMatchObject({ version: 3 })
})

test("somebody who writes between our reading and our writing loses nothing", async (t) => {
  const { couchdb, store, config, metadata } = await setUp(t)
  let left = 3
  couchdb.faults.beforeWrite = (database) => {
    if (database !== "metadata" || left-- <= 0) return
    edit(metadata, "lab.power", (body) => ({ ...body, theirs: left }))
  }
  await set(store, "lab.power", { unit: "kW" })
  expect(metadata.get("lab.power")).toMatchObject({ unit: "kW", theirs: 0 })
  expect(await store.metadataHistory("lab.power", 10)).toHaveLength(1)
  left = 2
  await store.update("metadata", ["lab.power"], (_, current) => ({ ...current, ours: true }))
  expect(metadata.get("lab.power")).toMatchObject({ unit: "kW", theirs: 0, ours: true })
  let once = true
  couchdb.faults.beforeWrite = (database) => {
    if (database === "config" && once) edit(config, "source-lab", (body) => ({ ...body, theirs: true }))
    if (database === "config") once = false
  }
  await store.putConfig("source-lab", { rate: 2 }, { author: "ann" })
  expect((await store.configVersions("source-lab")).map(({ config }) => config)).toMatchObject([
    { rate: 2 },
    { rate: 1, theirs: true },
    { rate: 1 },
  ])
})

test("a change that comes to nothing after a conflict leaves no trace beside the document", async (t) => {
  const { couchdb, store, metadata } = await setUp(t)
  couchdb.faults.beforeWrite = (database) => {
    if (database !== "metadata") return
    couchdb.faults.beforeWrite = undefined
    edit(metadata, "lab.power", (body) => ({ ...body, _deleted: true }))
  }
  const changed = await store.changeMetadata(["lab.power"], { action: "set", author: "ann" }, (_, current) =>
    current ? { declared: current.declared, overlay: { unit: "kW" } } : undefined,
  )
  expect(changed).toEqual([])
  expect(await store.metadataHistory("lab.power", 10)).toEqual([])
  await declare(store, "lab.power", { unit: "V" })
  expect(metadata.get("lab.power")).toMatchObject({ unit: "V" })
})

test("what is beside a document is read again where that has changed, and a change stands in the history once", async (t) => {
  const { couchdb, store, metadata } = await setUp(t)
  await set(store, "lab.power", { unit: "kW" })
  let left = 2
  couchdb.faults.beforeWrite = (database) => {
    if (database === "metricq" && left-- > 0) edit(couchdb.database("metricq"), "metric:lab.power", (body) => body)
  }
  await set(store, "lab.power", { rate: 1 })
  await store.changeMetadata(["lab.power"], { action: "delete", author: "ann" }, () => null)
  expect((await store.metadataHistory("lab.power", 10)).map(({ action }) => action)).toEqual(["delete", "set", "set"])
  await store.changeMetadata(["lab.power"], { action: "restore", author: "ann" }, (_, _current, deleted) => deleted())
  expect(metadata.get("lab.power")).toMatchObject({ unit: "kW", rate: 1, historic: true })
  expect((await store.metadataLayers(["lab.power"]))[0]?.overlay).toEqual({ unit: "kW", rate: 1 })
})

test("who never stops writing makes us give up, by name", async (t) => {
  const { couchdb, store, metadata } = await setUp(t)
  couchdb.faults.beforeWrite = (database) => {
    if (database === "metadata") edit(metadata, "lab.power", (body) => ({ ...body, theirs: Math.random() }))
  }
  await expect(set(store, "lab.power", { unit: "kW" })).rejects.toMatchObject({ code: "couchdb-busy" })
})

test("what the wizard hides and shows counts; any other key of ours comes back with the next declaration", async (t) => {
  const { store, metadata } = await setUp(t)
  await set(store, "lab.power", { hidden: true, unit: "kW" })
  edit(metadata, "lab.power", ({ hidden, ...body }) => ({ ...body, unit: "W" }))
  await declare(store, "lab.power", { unit: "VA", rate: 1 })
  const { hidden, unit, rate } = metadata.get("lab.power")
  expect({ hidden, unit, rate }).toEqual({ hidden: undefined, unit: "kW", rate: 1 })
  edit(metadata, "lab.power", (body) => ({ ...body, hidden: true, archived: "2026-01-01 00:00:00+01:00" }))
  await declare(store, "lab.power", { rate: 2 })
  expect(metadata.get("lab.power")).toMatchObject({ hidden: true, archived: "2026-01-01 00:00:00+01:00", rate: 2 })
})
