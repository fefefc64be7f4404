import { Timestamp } from "@metricq/client"
import type { TestDb, TestNetwork, TestScope } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const SECOND = 1_000_000_000n
/** A full hour, so that rows of a second begin with points. */
const BEGIN = 1_795_176_000n * SECOND

/** Metrics of a source; `lab.power` is stored and has a point a second, 0, 1, … 99. */
async function declareLab(net: TestNetwork): Promise<TestDb> {
  const db = await net.database("db-test", ["lab.power", "lab.temperature"])
  const source = await net.source("source-lab", { metrics: {} })
  await source.declareMetrics({
    "lab.power": { unit: "W", description: "Power of the lab", rate: 1 },
    "lab.temperature": { unit: "°C", rate: 0.1 },
    "lab.other/name": { unit: "W", hidden: true },
    "yard.wind": { unit: "m/s" },
  })
  for (let i = 0; i < 100; i++) db.put("lab.power", BEGIN + BigInt(i) * SECOND, i)
  return db
}

async function startLab(t: TestScope): Promise<WebUnderTest> {
  return WebUnderTest.start(t, async (net) => void (await declareLab(net)))
}

const range = { from: String(BEGIN), to: String(BEGIN + 100n * SECOND) }

describe("metrics", () => {
  test("lists, searches and pages", async (t) => {
    const web = await startLab(t)
    const all = await web.get("api/v1/metrics")
    expect(all.body).toMatchObject({ total: 3, offset: 0 })
    expect(all.body.metrics[0]).toMatchObject({
      ...{ name: "lab.power", unit: "W", description: "Power of the lab", rate: 1, source: "source-lab" },
      ...{ historic: true, state: "stored", quantity: null, date: expect.any(String) },
    })
    const names = async (query: string) =>
      (await web.get(`api/v1/metrics?${query}`)).body.metrics?.map(({ name }: { name: string }) => name)
    expect(await names("search=POWER%20lab")).toEqual(["lab.power"])
    expect(await names("search=/%5Elab/&sort=-name")).toEqual(["lab.temperature", "lab.power"])
    expect(await names("state=live")).toEqual(["yard.wind"])
    expect(await names("state=hidden")).toEqual(["lab.other/name"])
    expect(await names("state=all&sort=name")).toHaveLength(4)
    expect(await names("search=lab.*")).toEqual(["lab.power", "lab.temperature"])
    expect(await names("search=**.p*er")).toEqual(["lab.power"])
    expect(await names("rate=0.1")).toEqual(["lab.temperature"])
    expect(await names("rate=")).toEqual(["yard.wind"])
    expect(await names("unit=m/s&source=source-lab")).toEqual(["yard.wind"])
    expect(await names("offset=1&limit=1")).toEqual(["lab.temperature"])
    expect(await web.get("api/v1/metrics?search=/(/")).toMatchObject({ status: 400 })
    expect(await web.get("api/v1/metrics?limit=1001")).toMatchObject({ status: 400 })
  })

  test("tells units and sources, the tree, and the metadata of one", async (t) => {
    const web = await startLab(t)
    const facets = (await web.get("api/v1/metrics/facets")).body
    expect(facets.unit).toContainEqual({ value: "W", count: 1 })
    expect(facets.source).toEqual([{ value: "source-lab", count: 3 }])
    expect(facets.rate).toContainEqual({ value: "0.1", count: 1 })
    expect(facets.state).toContainEqual({ value: "hidden", count: 1 })
    const narrow = (await web.get("api/v1/metrics/facets?search=lab.**&unit=W&state=all")).body
    expect(narrow.unit).toContainEqual({ value: "°C", count: 1 })
    expect(narrow.rate).toHaveLength(2)
    expect(narrow.rate).toContainEqual({ value: "1", count: 1 })
    expect((await web.get("api/v1/metrics/tree?prefix=lab")).body).toContainEqual({
      ...{ name: "power", path: "lab.power", metrics: 0, leaf: true },
    })
    const { body } = await web.get(`api/v1/metrics/${encodeURIComponent("lab.other/name")}`)
    expect(body).toMatchObject({ unit: "W", hidden: true, source: "source-lab" })
    const missing = await web.get("api/v1/metrics/lab.powre")
    expect(missing).toMatchObject({ status: 404, body: { error: { remedy: "did you mean lab.power?" } } })
  })

  test("what is declared later is found within seconds", async (t) => {
    const web = await WebUnderTest.start(t, async (net) => void (await declareLab(net)))
    const source = await web.net.source("source-late", { metrics: {} })
    await source.declareMetrics({ "late.metric": { unit: "W" } })
    await expect.poll(async () => (await web.get("api/v1/metrics?search=late")).body.total, { timeout: 10_000 }).toBe(1)
  })
})

describe("history", () => {
  test("last values, null for what has none", async (t) => {
    const web = await startLab(t)
    const { body } = await web.send("POST", "api/v1/last", { metrics: ["lab.power", "yard.wind", "__proto__"] })
    expect(body["lab.power"]).toEqual({ time: String(BEGIN + 99n * SECOND), value: 99 })
    expect(body["yard.wind"]).toBeNull()
    expect(Object.keys(body)).toHaveLength(3)
  })

  test("aggregates as columns", async (t) => {
    const web = await startLab(t)
    const { body } = await web.send("POST", "api/v1/history", { metrics: ["lab.power"], points: 10, ...range })
    expect(body["lab.power"]).toMatchObject({
      mode: "aggregates",
      intervalNs: String(10n * SECOND),
      min: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
      max: [9, 19, 29, 39, 49, 59, 69, 79, 89, 99],
      count: Array(10).fill(10),
      active: [9, ...Array(9).fill(10)],
    })
    expect(body["lab.power"].times[1]).toBe(String(BEGIN + 10n * SECOND))
    expect(body["lab.power"].integral[1]).toBe(145)
  })

  test("points, and what is wrong with one metric in its place", async (t) => {
    const web = await startLab(t)
    const { status, body } = await web.send("POST", "api/v1/history", {
      ...{ metrics: ["lab.power", "yard.wind"], raw: true },
      ...{ from: "2026-11-20T12:00:10Z", to: String(BEGIN + 13n * SECOND) },
    })
    expect(status).toBe(200)
    expect(body["lab.power"]).toEqual({
      mode: "values",
      times: [10n, 11n, 12n].map((second) => String(BEGIN + second * SECOND)),
      values: [10, 11, 12],
    })
    expect(body["yard.wind"]).toMatchObject({ error: { code: "not-stored" } })
  })

  test("an interval that gives too many aggregates is refused", async (t) => {
    const web = await startLab(t)
    const body = { metrics: ["lab.power"], from: "now-1d", to: "now", interval: "1000" }
    expect(await web.send("POST", "api/v1/history", body)).toMatchObject({ body: { error: { code: "interval" } } })
  })

  test("analyses a range", async (t) => {
    const web = await startLab(t)
    const { body } = await web.send("POST", "api/v1/analyze", { metrics: ["lab.power", "yard.wind"], ...range })
    expect(body["lab.power"]).toEqual({
      ...{ min: 0, max: 99, mean: 50, sum: 4950, count: 100, integral: 4950, active: 99, coverage: 0.99 },
    })
    expect(body["yard.wind"]).toMatchObject({ error: { code: "not-stored" } })
  })

  test("exports points and aggregates as a file", async (t) => {
    const web = await startLab(t)
    const query = `metric=lab.power&from=${BEGIN}&to=${BEGIN + 2n * SECOND}`
    const csv = await fetch(web.url(`api/v1/export?${query}&raw=1`))
    expect(csv.headers.get("content-disposition")).toMatch(
      /^attachment; filename="lab\.power-2026-11-20T12-00-00Z\.csv"$/,
    )
    expect(await csv.text()).toBe(
      "time,metric,value\n2026-11-20T12:00:00Z,lab.power,0\n2026-11-20T12:00:01Z,lab.power,1\n",
    )
    const json = await fetch(web.url(`api/v1/export?${query}&points=1&format=json`))
    expect(await json.json()).toEqual({
      "lab.power": [
        { time: "2026-11-20T12:00:00Z", min: 0, max: 1, mean: 1, sum: 1, count: 2, integral: 1, active: 1 },
      ],
    })
    expect(await web.get("api/v1/export?metric=yard.wind&from=now-1h&to=now")).toMatchObject({ status: 404 })
  })
})

describe("tiles", () => {
  /** Level 9 has rows of a second; 512 of them make a tile. */
  const level = 9
  const index = Number(BEGIN / SECOND / 512n)

  test("a tile of the past is kept for ever", async (t) => {
    const web = await startLab(t)
    const address = web.url(`api/v1/tiles/lab.power?level=${level}&index=${index}`)
    const answer = await fetch(address)
    expect(answer.headers.get("cache-control")).toBe("private, max-age=31536000, immutable")
    const bytes = await answer.arrayBuffer()
    const view = new DataView(bytes)
    const n = view.getUint32(4, true)
    expect(new TextDecoder().decode(bytes.slice(0, 4))).toBe("MQT1")
    expect([n, view.getFloat64(8, true), view.getFloat64(16, true), view.getUint32(24, true)]).toEqual([
      ...[100, 1000, index * 512_000, 0],
    ])
    expect(bytes.byteLength).toBe(32 + 100 * 24)
    const offsets = new Float64Array(bytes, 32, n)
    expect(offsets[1]! - offsets[0]!).toBe(1000)
    expect(index * 512_000 + offsets[0]!).toBe(Number(BEGIN / 1_000_000n))
    const [min, mean, max, active] = [0, 1, 2, 3].map(
      (column) => new Float32Array(bytes, 32 + n * 8 + n * 4 * column, n),
    )
    expect([min![7], mean![7], max![7], active![7], active![0]]).toEqual([7, 7, 7, 1, 0])
    const again = await fetch(address, { headers: { "if-none-match": answer.headers.get("etag") ?? "" } })
    expect(again.status).toBe(304)
  })

  test("a tile that reaches into the last minute is not kept", async (t) => {
    const web = await startLab(t)
    const now = Math.floor(Timestamp.now().posix / 512)
    const answer = await fetch(web.url(`api/v1/tiles/lab.power?level=${level}&index=${now}`))
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const outside = await web.get(`api/v1/tiles/lab.power?level=35&index=${2 ** 52}`)
    expect(outside).toMatchObject({ status: 400, body: { error: { code: "tile" } } })
  })

  test("many at once come in their order, empty where there is none", async (t) => {
    const web = await startLab(t)
    const tiles = ["yard.wind", "lab.power"].map((metric) => ({ metric, level, index }))
    const answer = await fetch(web.url("api/v1/tiles"), {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ tiles }) },
    })
    const view = new DataView(await answer.arrayBuffer())
    expect([view.getUint32(0, true), view.getUint32(4, true), view.byteLength]).toEqual([0, 2432, 8 + 2432])
  })
})

describe("clients and configurations", () => {
  test("who is there, and the network at a glance", async (t) => {
    const web = await startLab(t)
    const { body } = await web.get("api/v1/clients")
    const lab = body.clients.find(({ token }: { token: string }) => token === "source-lab")
    expect(lab).toMatchObject({ state: "up", metrics: 4, config: true, discover: { hostname: expect.any(String) } })
    const status = (await web.get("api/v1/status")).body
    expect(status).toMatchObject({ network: { connected: true }, metrics: 4, version: expect.any(String) })
    expect(status.clients).toBeGreaterThanOrEqual(3)
    expect(status.network.url).not.toContain("secret of the administrator")
  })

  test("a configuration is read, changed, compared with its versions, restored and applied", async (t) => {
    const web = await startLab(t)
    const path = "api/v1/configs/source-x"
    expect((await web.get(path)).status).toBe(404)
    const first = { rate: 1, password: "geheim" }
    expect((await web.send("PUT", path, { config: first, revision: null, note: "first" })).status).toBe(200)
    const read = (await web.get(path)).body
    expect(read).toMatchObject({ token: "source-x", note: "first", config: { rate: 1, password: expect.any(String) } })
    expect(JSON.stringify(read)).not.toContain("geheim")

    const config = { ...read.config, rate: 2 }
    const put = await web.send("PUT", path, { config, revision: read.revision, note: "second" })
    expect(put.status).toBe(200)
    const stale = await web.send("PUT", path, { config, revision: read.revision })
    expect(stale).toMatchObject({
      status: 409,
      body: { error: { code: "conflict" }, current: { config: { rate: 2 } } },
    })
    expect(JSON.stringify(stale.body)).not.toContain("geheim")
    const admin = await web.net.adminClient()
    expect((await admin.rpc("config.get", { token: "source-x" })).config).toEqual({ rate: 2, password: "geheim" })

    const { versions } = (await web.get(`${path}/versions`)).body
    expect(versions.map(({ note }: { note: string }) => note)).toEqual(["second", "first"])
    const old = (await web.get(`${path}/versions/${versions[1].version}`)).body
    expect(old.config).toEqual(read.config)
    expect((await web.send("POST", `${path}/restore`, { version: versions[1].version })).status).toBe(200)
    expect((await admin.rpc("config.get", { token: "source-x" })).config).toEqual(first)
    const applied = await web.send("POST", `${path}/apply`, { timeout: 1 })
    expect(applied.body).toMatchObject({ answered: false, reason: "not connected" })
    expect((await web.get("api/v1/configs")).body.configs.map(({ token }: { token: string }) => token)).toContain(
      "source-x",
    )
    expect((await web.get(path, { method: "DELETE" })).status).toBe(200)
  })

  test("who is no administrator is told so", async (t) => {
    const web = await startLab(t)
    const { server } = await guest(t, web)
    const answer = await fetch(new URL("api/v1/configs", server.address))
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: "not-administrator", remedy: expect.any(String) } })
  })
})

async function guest(t: TestScope, web: WebUnderTest): Promise<WebUnderTest> {
  return WebUnderTest.join(t, web.net, { url: web.net.url })
}
