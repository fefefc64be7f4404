import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

/** A web server; `lab.stored` is in a database. */
function start(t: Parameters<typeof WebUnderTest.start>[0]) {
  return WebUnderTest.start(t, async (net) => {
    const metrics = { "lab.a": { unit: "W", rate: 2 }, "lab.stored": { rate: 1 }, "all.lab.a": {}, "all.slab": {} }
    await net.source("source-a", { metrics })
    await net.source("source-ab", { metrics: { "x.y": {} } })
    await net.database("db-a", ["lab.stored"])
  })
}
const ids = ({ body }: { body: { id: string }[] }) => body.map(({ id }) => id)

test("metrics are found by how a component begins, the exact one first", async (t) => {
  const web = await start(t)
  const [first] = (await web.get("api/metrics?infix=lab.a&limit=100")).body
  expect(first).toMatchObject({ id: "lab.a", unit: "W", rate: 2, source: "source-a", date: expect.any(String) })
  expect(Object.keys(first).filter((key) => key.startsWith("_"))).toEqual([])
  expect(ids(await web.get("api/metrics?infix=lab"))).toEqual(["all.lab.a", "lab.a", "lab.stored"])
  expect(ids(await web.get("api/metrics?infix=lab.a&limit=1"))).toEqual(["lab.a"])
  expect(ids(await web.get("api/metrics?historic=true"))).toEqual(["lab.stored"])
  expect(ids(await web.get("api/metrics?historic=false&limit=1"))).toEqual(["all.lab.a"])
  expect(ids(await web.get("api/metrics?infix=Lab"))).toEqual([])
  expect((await web.get("api/metrics?limit=x")).status).toBe(400)
})

test("metrics are told by name, of a client, and in a database", async (t) => {
  const web = await start(t)
  const wanted = (body: object) => web.send("POST", "api/metrics", body)
  expect((await wanted({ requested_metrics: ["lab.a", "none"] })).body).toEqual([
    expect.objectContaining({ id: "lab.a", unit: "W" }),
    { id: "none" },
  ])
  expect((await wanted({ requested_metrics: [] })).body).toEqual([])
  expect(ids(await wanted({ source: "source-ab" }))).toEqual(["x.y"])
  expect(ids(await wanted({ database: "db-a" }))).toEqual(["lab.stored"])
  expect((await wanted({})).status).toBe(400)
})

test("metrics are archived, hidden and shown again; those that are so already are no failures", async (t) => {
  const web = await start(t)
  const post = (path: string, metrics: unknown) => web.send("POST", `api/metrics/${path}`, { metrics })
  const metadata = async (name: string) => (await web.get(`api/v1/metrics/${name}`)).body
  expect(await post("archive", ["lab.a"])).toEqual({ status: 200, body: { status: "ok", archived: ["lab.a"] } })
  expect((await metadata("lab.a")).archived).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00:00$/)
  expect(await post("archive", ["lab.a", "none"])).toEqual({
    status: 400,
    body: { status: "partial", message: "1 of 2 metrics are unknown", archived: ["lab.a"], failed: ["none"] },
  })
  const switches = { "lab.a": true, "lab.stored": false }
  expect((await post("hide", switches)).body).toEqual({ status: "ok", hidden: ["lab.a", "lab.stored"] })
  expect((await metadata("lab.a")).hidden).toBe(true)
  expect((await post("hide", { "lab.a": false, none: true })).body).toMatchObject({
    ...{ status: "partial", hidden: ["lab.a"], failed: ["none"] },
  })
  expect(await metadata("lab.a")).not.toHaveProperty("hidden")
  expect((await post("hide", ["lab.a"])).status).toBe(400)
})

test("what no database has can be meant to be live only, or deleted", async (t) => {
  const web = await start(t)
  const post = (path: string, metrics: unknown) => web.send("POST", `api/metrics/${path}`, { metrics })
  expect((await post("historic", { "lab.a": false })).body).toEqual({ status: "ok", updated: ["lab.a"] })
  expect((await web.get("api/v1/metrics/lab.a")).body.historic).toBe(false)
  expect(await post("historic", { "lab.a": true, "lab.stored": false, "all.slab": false })).toMatchObject({
    ...{ status: 400, body: { status: "partial", updated: ["all.slab"], failed: ["lab.a", "lab.stored"] } },
  })
  expect(await post("delete_metadata", ["lab.a", "lab.stored", "none"])).toMatchObject({
    ...{ status: 400, body: { status: "partial", deleted: ["lab.a"], failed: ["none", "lab.stored"] } },
  })
  expect((await post("delete_metadata", ["all.slab"])).body).toEqual({ status: "ok", deleted: ["all.slab"] })
  expect((await web.get("api/v1/metrics/lab.a")).status).toBe(404)
  const { body } = await web.get("api/v1/audit")
  expect(body.entries.map(({ action }: { action: string }) => action)).toEqual([
    ...["metadata.delete", "metadata.delete", "metadata.live-only", "metadata.live-only"],
  ])
})

test("a database is told to store metrics, in rows that suit them", async (t) => {
  const web = await start(t)
  await web.net.configure("db-new", { path: "/data", metrics: { "x.y": { mode: "RW" } } })
  const post = (path: string, body: object) => web.send("POST", `api/${path}`, body)
  const selectedMetrics = ["lab.a", "lab.stored", "none", "all.slab"]
  const { body: defaults } = await post("metrics/database/defaults", { selectedMetrics })
  expect(defaults).toEqual([
    { id: "lab.a", intervalMin: "20000ms", intervalMax: "200000000ms", intervalFactor: 10 },
    { id: "all.slab", intervalMin: "40000ms", intervalMax: "400000000ms", intervalFactor: 10 },
  ])
  const [forA] = defaults
  const wanted = { ...forA, databaseId: "db-new" }
  const store = (...databaseConfigurations: object[]) => post("metrics/database", { databaseConfigurations })
  expect(await store(wanted)).toEqual({ status: 200, body: [wanted] })
  expect((await store({ ...wanted, intervalMin: "1s", id: "x.y" })).status).toBe(200)
  const admin = await web.net.adminClient()
  const { config, note } = await admin.rpc("config.get", { token: "db-new" })
  expect(config).toEqual({
    path: "/data",
    metrics: {
      "x.y": { mode: "RW" },
      "lab.a": { mode: "RW", interval_min: 20_000_000_000, interval_max: 200_000_000_000_000, interval_factor: 10 },
    },
  })
  expect(note).toContain("1 more")
  const { body: databases } = await post("databases/historic_metrics", { selectedMetrics })
  expect(databases).toEqual([
    { id: "db-a", metrics: [] },
    { id: "db-new", metrics: [wanted] },
  ])
  const wrong = [
    { databaseId: "db-none" },
    { id: "none" },
    { intervalMin: "x" },
    { intervalMax: "1ms" },
    { intervalFactor: 7 },
  ]
  for (const change of wrong) {
    expect([change, (await store({ ...wanted, ...change })).status]).toEqual([
      change,
      "databaseId" in change || "id" in change ? 404 : 400,
    ])
  }
  expect((await store({ ...wanted, databaseId: "db-a" })).status).toBe(409)
})

test("the explorer gets where a metric comes from and where it goes, in columns", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: { "lab.a": {}, "lab.b": {} } })
    await net.combinator("transformer-a-combinator", {
      "lab.sum": { expression: { operation: "+", left: "lab.a", right: "lab.b" } },
    })
  })
  const { body } = await web.get("api/explorer/lab.a")
  expect(Object.keys(body.nodes).sort()).toEqual(["lab.a", "lab.sum", "source-a", "transformer-a-combinator"])
  expect(body.nodes["lab.a"]).toMatchObject({ name: "lab.a", type: "circle", direction: "north" })
  expect(body.nodes["source-a"]).toMatchObject({ type: "rect", color: expect.stringMatching(/^#/) })
  expect(Object.values(body.edges)).toEqual(
    expect.arrayContaining([
      { source: "source-a", target: "lab.a" },
      { source: "lab.a", target: "transformer-a-combinator" },
      { source: "transformer-a-combinator", target: "lab.sum" },
    ]),
  )
  expect(body.layout["lab.a"]).toEqual({ x: 0, y: 0 })
  expect(body.layout["source-a"].x).toBeLessThan(0)
  expect(body.layout["lab.sum"].x).toBeGreaterThan(body.layout["transformer-a-combinator"].x)
  expect((await web.get("api/explorer/none")).status).toBe(404)
})
