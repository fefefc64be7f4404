import { type Logger, silentLogger } from "@metricq/client"
import { TestCouchdb, type TestScope } from "@metricq/testkit"
import { expect, test, vi } from "vitest"
import { type CouchOptions, openCouchDocuments } from "./couch-documents.js"
import type { DocumentStore, MetricChange } from "./store.js"

const login = { user: "metricq", password: "swordfish" }

async function setUp(
  t: TestScope & { onTestFinished(cleanup: () => unknown): void },
  options: CouchOptions = {},
): Promise<{ couchdb: TestCouchdb; store: DocumentStore }> {
  const couchdb = await TestCouchdb.start(t, login)
  const store = await openCouchDocuments(couchdb.url, { logger: silentLogger, ...options })
  t.onTestFinished(() => store.close())
  return { couchdb, store }
}

async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ name: "StorageError" })
  return error as { code: string; message: string }
}

test("a wrong password, a missing one, and an address that is none are told by name, and without the password", async (t) => {
  const couchdb = await TestCouchdb.start(t, login)
  const { host } = new URL(couchdb.url)
  const wrong = await failureOf(openCouchDocuments(`http://metricq:sardine@${host}/`))
  expect(wrong).toMatchObject({ code: "couchdb-password", message: expect.stringContaining(`http://${host}`) })
  expect(wrong.message).not.toContain("sardine")
  expect(await failureOf(openCouchDocuments(`http://${host}/`))).toMatchObject({ code: "couchdb-password" })
  for (const url of ["http://", "ftp://a/", "http://a:b@c/?d", "couch"]) {
    const odd = await failureOf(openCouchDocuments(url, { password: "sardine", user: "u" }))
    expect(odd.code).toBe("couchdb-url")
    expect(odd.message).not.toContain("sardine")
  }
  const beside = await openCouchDocuments(`http://${host}/`, { ...login, logger: silentLogger })
  await beside.close()
  const half = await openCouchDocuments(`http://metricq@${host}/`, { password: login.password, logger: silentLogger })
  await half.close()
})

test("while it is away everything is refused at once; when it is back, all goes on, and nothing is missed", async (t) => {
  const warn = vi.fn()
  const logger = { ...silentLogger, warn } as Logger
  const { couchdb, store } = await setUp(t, { logger })
  const told: MetricChange[] = []
  store.watchMetrics((changes) => told.push(...changes))
  await store.putConfig("t", { rate: 1 }, { author: "ann" })
  await couchdb.goAway()
  const begin = performance.now()
  for (const work of [
    () => store.config("t"),
    () => store.putConfig("t", { rate: 2 }, { author: "ann" }),
    () => store.update("metadata", ["a.b"], () => ({})),
    () => store.changeMetadata(["a.b"], { action: "set", author: "ann" }, () => ({ declared: {}, overlay: {} })),
    () => store.metadataHistory("a.b", 1),
    () => store.range("labels")[Symbol.asyncIterator]().next(),
  ]) {
    expect(await failureOf(work())).toMatchObject({ code: "couchdb-away" })
  }
  expect(performance.now() - begin).toBeLessThan(5000)
  couchdb.database("metadata").put("lab.new", { historic: true })
  await couchdb.comeBack()
  expect(await store.config("t")).toMatchObject({ config: { rate: 1 } })
  await vi.waitFor(() => expect(told).toMatchObject([{ name: "lab.new", historic: true }]), 20_000)
  expect(await store.update("metadata", ["a.b"], () => ({}))).toBe(1)
  expect(
    warn.mock.calls
      .flat()
      .map((each) => JSON.stringify(each))
      .join(),
  ).not.toContain(login.password)
})

test("a slow one costs no more than the time that it is given", async (t) => {
  const { couchdb, store } = await setUp(t, { timeoutMs: 200 })
  couchdb.faults.delayMs = 60_000
  const message = expect.stringMatching(/did not answer in 0\.2 s$/)
  expect(await failureOf(store.config("t"))).toMatchObject({ code: "couchdb-slow", message })
  expect(await failureOf(store.putConfig("t", {}, { author: "ann" }))).toMatchObject({ code: "couchdb-slow" })
  couchdb.faults.delayMs = 0
  expect(await store.putConfig("t", {}, { author: "ann" })).toMatchObject({ version: 1 })
})

test("one that hangs does not keep us from ending", async (t) => {
  const { couchdb, store } = await setUp(t)
  couchdb.faults.delayMs = 60_000
  const write = failureOf(store.putConfig("t", {}, { author: "ann" }))
  const begin = performance.now()
  await store.close()
  expect(performance.now() - begin).toBeLessThan(5000)
  expect(await write).toMatchObject({ code: "closed" })
  expect(await failureOf(store.config("t"))).toMatchObject({ code: "closed" })
})

test("a full disk is told by name, and what was there stays readable", async (t) => {
  const { couchdb, store } = await setUp(t)
  await store.putConfig("t", { rate: 1 }, { author: "ann" })
  couchdb.faults.full = true
  expect(await failureOf(store.putConfig("t", { rate: 2 }, { author: "ann" }))).toMatchObject({ code: "couchdb-full" })
  expect(await failureOf(store.update("labels", ["t"], () => ({})))).toMatchObject({ code: "couchdb-full" })
  expect(await store.config("t")).toMatchObject({ config: { rate: 1 }, author: "ann" })
  couchdb.faults.full = false
  expect(await store.putConfig("t", { rate: 2 }, { author: "ann" })).toMatchObject({ version: 2 })
})

test("a database that is gone is told by name", async (t) => {
  const { couchdb, store } = await setUp(t)
  for (const name of ["config", "metadata", "metricq"]) couchdb.databases.delete(name)
  for (const work of [
    () => store.config("t"),
    () => store.getMany("metadata", ["a", "b"]),
    () => store.update("labels", ["t"], () => ({})),
  ]) {
    expect(await failureOf(work())).toMatchObject({ code: "couchdb-missing" })
  }
})

test("a password that is changed under way stops nothing for good", async (t) => {
  const { couchdb, store } = await setUp(t)
  couchdb.login = { user: "metricq", password: "other" }
  expect(await failureOf(store.config("t"))).toMatchObject({ code: "couchdb-password" })
  couchdb.login = login
  expect(await store.config("t")).toBeUndefined()
})

test("a connection that breaks after the write has written, and says that it may have", async (t) => {
  const { couchdb, store } = await setUp(t)
  couchdb.faults.cutAfterWrite = true
  expect(await failureOf(store.putConfig("t", { rate: 1 }, { author: "ann" }))).toMatchObject({ code: "couchdb-away" })
  couchdb.faults.cutAfterWrite = false
  expect(await store.config("t")).toMatchObject({ version: 1, config: { rate: 1 } })
  expect(await store.putConfig("t", { rate: 1 }, { author: "ann" })).toMatchObject({ version: 1 })
})

test("a connection that breaks under a read is made again", async (t) => {
  const { couchdb, store } = await setUp(t)
  await store.putConfig("t", { rate: 1 }, { author: "ann" })
  couchdb.faults.cutReads = 1
  expect(await store.config("t")).toMatchObject({ config: { rate: 1 } })
  expect(couchdb.faults.cutReads).toBe(0)
})

test("the author of a configuration is not lost when it goes away between the configuration and its version", async (t) => {
  const { couchdb, store } = await setUp(t)
  couchdb.faults.beforeWrite = (database) => {
    if (database === "metricq") couchdb.faults.cutBeforeWrite = true
  }
  expect(await failureOf(store.putConfig("t", { rate: 1 }, { author: "ann" }))).toMatchObject({ code: "couchdb-away" })
  couchdb.faults.beforeWrite = undefined
  couchdb.faults.cutBeforeWrite = false
  expect(await store.config("t")).toMatchObject({ version: 1, author: "ann" })
})

test("neither layer of a metric is lost when it goes away between what is beside the document and the document", async (t) => {
  const { couchdb, store } = await setUp(t)
  const layers = { declared: { unit: "W" }, overlay: { unit: "kW" } }
  const change = (action: "set" | "delete" | "restore") =>
    store.changeMetadata(["a.b"], { action, author: "ann" }, (_, current, deleted) => {
      if (action === "delete") return current ? null : undefined
      return action === "restore" ? deleted() : layers
    })
  await change("set")
  const breakAt = (wanted: string) => {
    couchdb.faults.beforeWrite = (database) => {
      if (database === wanted) couchdb.faults.cutBeforeWrite = true
    }
  }
  const heal = () => {
    couchdb.faults.beforeWrite = undefined
    couchdb.faults.cutBeforeWrite = false
  }
  breakAt("metadata")
  await failureOf(change("delete"))
  heal()
  expect(await store.metadataLayers(["a.b"])).toEqual([layers])
  await change("delete")
  breakAt("metadata")
  await failureOf(change("restore"))
  heal()
  await change("restore")
  expect(await store.metadataLayers(["a.b"])).toEqual([layers])
})

test("something that is no CouchDB is told from one that is away", async (t) => {
  const { createServer } = await import("node:http")
  const server = createServer((request, response) => {
    if (request.url === "/moved/config") response.writeHead(301, { Location: "https://elsewhere/" })
    response.end("<html>")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const page = await failureOf(openCouchDocuments(`http://127.0.0.1:${port}/`))
  expect(page).toMatchObject({ code: "couchdb-answer", message: expect.stringContaining("is it a CouchDB?") })
  const moved = await failureOf(openCouchDocuments(`http://127.0.0.1:${port}/moved`))
  expect(moved).toMatchObject({ code: "couchdb-answer", message: expect.stringContaining("elsewhere") })
})
