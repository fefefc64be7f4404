import { type Logger, silentLogger } from "@metricq/client"
import type { TestScope, TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const declared = {
  "lab.power": { unit: "W", description: "Power of the lab" },
  "lab.temperature": { unit: "°C" },
  "yard.wind": { unit: "m/s", hidden: true },
}

/** A web server, a source with the metrics above, and what the web server logs: its audit entries among it. */
async function start(t: TestScope) {
  const notes: string[] = []
  const logger: Logger = { ...silentLogger, info: (text) => void notes.push(text) }
  let source!: TestSource
  const web = await WebUnderTest.start(
    t,
    async (net) => {
      source = await net.source("source-lab", { metrics: declared })
    },
    { logger },
  )
  const names = async (query = "") =>
    (await web.get(`api/v1/metrics?sort=name&${query}`)).body.metrics.map(({ name }: { name: string }) => name)
  const metric = async (name: string) => (await web.get(`api/v1/metrics/${name}?layers=1`)).body
  return { web, source, names, metric, notes }
}

test("what is set over a source's metadata stays when it declares again, is seen at once, and can be taken back", async (t) => {
  const { web, source, names, metric, notes } = await start(t)
  const patch = {
    metadata: { "lab.power": { description: "Strom im Labor", room: 5 }, "lab.temperature": { room: 5 } },
  }
  expect(await web.send("PATCH", "api/v1/metrics", patch)).toEqual({
    status: 200,
    body: { changed: ["lab.power", "lab.temperature"] },
  })
  expect(await names("search=strom")).toEqual(["lab.power"])
  await source.declareMetrics({ "lab.power": { unit: "kW", description: "newer" } })
  expect(await metric("lab.power")).toMatchObject({
    metadata: { unit: "kW", description: "Strom im Labor", room: 5, source: "source-lab" },
    declared: { unit: "kW", description: "newer" },
    overlay: { description: "Strom im Labor", room: 5 },
  })
  const change = { description: null, room: null }
  const { body } = await web.send("PATCH", "api/v1/metrics", { select: { search: "lab.*" }, change })
  expect(body.changed).toEqual(["lab.power", "lab.temperature"])
  expect((await metric("lab.power")).metadata).toMatchObject({ description: "newer" })
  const { changes } = (await web.get("api/v1/metrics/lab.power/history?limit=2")).body
  expect(changes).toMatchObject([
    {
      action: "set",
      author: "admin",
      by: "local",
      keys: { description: { before: "Strom im Labor", after: "newer" } },
    },
    { action: "declare", author: "source-lab", keys: { unit: { before: "W", after: "kW" } } },
  ])
  expect(notes.filter((note) => note.startsWith("local: "))).toEqual([
    "local: metadata.set 2 metrics",
    "local: metadata.set 2 metrics",
  ])
})

test("metrics are hidden and archived by name or by a search, and back", async (t) => {
  const { web, names, metric } = await start(t)
  const post = async (action: string, body: unknown) => (await web.send("POST", `api/v1/metrics/${action}`, body)).body
  expect(await post("hide", { metrics: ["lab.power"] })).toEqual({ changed: ["lab.power"] })
  expect(await names()).toEqual(["lab.temperature"])
  expect(await names("state=hidden")).toEqual(["lab.power", "yard.wind"])
  expect(await post("archive", { select: { unit: "°C" } })).toEqual({ changed: ["lab.temperature"] })
  expect(await names()).toEqual([])
  expect((await metric("lab.temperature")).metadata.archived).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/)
  expect(await post("archive", { metrics: ["lab.temperature"] })).toEqual({ changed: [] })

  expect(await post("unarchive", { select: {} })).toEqual({ changed: ["lab.temperature"] })
  expect((await post("unhide", { select: {} })).changed.sort()).toEqual(["lab.power", "yard.wind"])
  expect(await names()).toEqual(["lab.power", "lab.temperature", "yard.wind"])
  expect((await metric("lab.power")).overlay).toEqual({})
  expect(await metric("yard.wind")).toMatchObject({ declared: { hidden: true }, overlay: { hidden: false } })
  const { changes } = (await web.get("api/v1/metrics/lab.temperature/history")).body
  expect(changes.map(({ action }: { action: string }) => action)).toEqual(["unarchive", "archive", "declare"])
})

test("a deleted metric is gone at once, is listed, and comes back with what was set", async (t) => {
  const { web, names, metric, notes } = await start(t)
  await web.send("PATCH", "api/v1/metrics", { metadata: { "lab.power": { room: 5 } } })
  expect((await web.send("POST", "api/v1/metrics/delete", { select: { search: "lab.*" } })).body).toEqual({
    ...{ deleted: 2, metrics: ["lab.power", "lab.temperature"], databases: [] },
  })
  expect(await names("state=all")).toEqual(["yard.wind"])
  expect(await web.get("api/v1/metrics/lab.power")).toMatchObject({ status: 404 })
  expect((await web.get("api/v1/metrics/lab.power/history")).body.changes[0]).toMatchObject({ action: "delete" })
  expect((await web.get("api/v1/metrics/deleted?search=power")).body).toEqual({
    metrics: [{ name: "lab.power", time: expect.any(String), author: "admin", by: "local", until: expect.any(String) }],
  })
  const page = (await web.get("api/v1/metrics/deleted?limit=1")).body
  expect(page).toMatchObject({ metrics: [{ name: "lab.power" }], next: "lab.power" })
  expect((await web.send("POST", "api/v1/metrics/restore", { metrics: ["lab.power"] })).body).toEqual({
    restored: ["lab.power"],
  })
  expect(await names()).toEqual(["lab.power"])
  expect(await metric("lab.power")).toMatchObject({ declared: { unit: "W" }, overlay: { room: 5 } })
  await web.send("POST", "api/v1/metrics/restore", { select: { search: "**" } })
  expect(await names()).toEqual(["lab.power", "lab.temperature"])
  expect(notes).toContain("local: metadata.restore lab.power")
})

test("wrong requests change nothing and say what to do", async (t) => {
  const { web, names } = await start(t)
  const codeOf = async (method: string, path: string, body: unknown) => {
    const answer = await web.send(method, `api/v1/metrics${path}`, body)
    return [answer.status, answer.body.error?.code, answer.body.error?.remedy]
  }
  const unknown = { metadata: { "lab.power": { room: 1 }, "lab.powre": { room: 1 } } }
  expect(await codeOf("PATCH", "", unknown)).toEqual([404, "no-such-metric", "did you mean lab.power?"])
  expect(await codeOf("PATCH", "", { metadata: { "lab.power": { historic: true } } })).toEqual([400, "own-key", ""])
  expect((await codeOf("PATCH", "", { metadata: { "lab.power": 5 } }))[0]).toBe(400)
  expect((await codeOf("PATCH", "", { change: { room: 1 } }))[1]).toBe("request")
  expect((await codeOf("POST", "/hide", {}))[1]).toBe("request")
  expect((await codeOf("POST", "/hide", { metrics: ["lab.power"], select: {} }))[1]).toBe("request")
  expect((await codeOf("POST", "/hide", { metrics: ["lab.power", "nothing"] }))[1]).toBe("no-such-metric")
  expect((await codeOf("POST", "/hide", { select: { nonsense: 1 } }))[0]).toBe(400)
  expect((await codeOf("POST", "/delete", { metrics: ["nothing"] }))[1]).toBe("no-such-metric")
  expect((await web.get("api/v1/metrics/nothing/history")).status).toBe(404)
  expect(await names("search=room")).toEqual([])
  expect(await names()).toEqual(["lab.power", "lab.temperature"])
})

test("10,000 metrics are hidden with one request, which takes less than two seconds of work", {
  timeout: 30_000,
}, async (t) => {
  const { web, source } = await start(t)
  const names = Array.from({ length: 10_000 }, (_, i) => `lab.rack${i % 100}.node${i}.power`)
  await source.declareMetrics(Object.fromEntries(names.map((name) => [name, { unit: "VA" }])))
  await expect.poll(async () => (await web.get("api/v1/metrics?unit=VA")).body.total, { timeout: 10_000 }).toBe(10_000)
  const before = process.cpuUsage() // of all that takes part in it, whatever else the machine does
  const { body } = await web.send("POST", "api/v1/metrics/hide", { select: { unit: "VA" } })
  expect(body.changed).toHaveLength(10_000)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(2000)
  expect((await web.get("api/v1/metrics?unit=VA&state=hidden")).body.total).toBe(10_000)
})
