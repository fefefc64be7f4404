import { type Client, Timestamp } from "@metricq/client"
import { type TestNetwork, temporaryFolder } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const NS = 1_000_000_000n

/** A client that answers as a database does, of metrics whose newest point is so old. */
async function fakeDatabase(net: TestNetwork, ages: () => Record<string, number>): Promise<Client> {
  await net.configure("db-fake", {})
  const client = await net.client("db-fake")
  client.handle("database.status", async () => ({
    since: "2026-01-01T00:00:00Z",
    waiting: { messages: 0 },
    trouble: [],
  }))
  client.handle("database.survey", async () => {
    const now = Timestamp.now().posixNs
    const told = Object.entries(ages()).map(([name, ageS]) => {
      const time = now - BigInt(Math.round(ageS * 1000)) * 1_000_000n
      const since = String(time - 299n * NS)
      return [name, { time: String(time), since, count: 300, nan: 0, value: 1, min: 0, max: 5 }]
    })
    return { now: String(now), metrics: Object.fromEntries(told) }
  })
  return client
}

/** A client that may do everything. */
const administrator = (net: TestNetwork) => net.client("admin-test", { url: net.admin.url })

/** Say that databases store these. */
async function setStored(net: TestNetwork, metrics: readonly string[]): Promise<void> {
  const metadata = Object.fromEntries(metrics.map((name) => [name, { historic: true }]))
  const client = await administrator(net)
  await client.rpc("metadata.set", { metadata })
  await client.stop()
}

const declared = { "lab.a": { unit: "W", rate: 1 }, "lab.b": { unit: "W", rate: 1 } }

/** A web server in a network with two metrics, of which `lab.a` is silent as long as `silent.is`. */
async function start(t: TestContext, folder?: string) {
  const silent = { is: true }
  const web = await WebUnderTest.start(
    t,
    async (net) => {
      await net.source("source-a", { metrics: declared })
      await fakeDatabase(net, () => ({ "lab.a": silent.is ? 600 : 1, "lab.b": 1 }))
      await setStored(net, Object.keys(declared))
    },
    folder === undefined ? {} : { folder },
  )
  const sweep = async () => {
    for (let i = 0; i < 2; i++) expect((await web.send("POST", "api/v1/health/sweep", {})).status).toBe(200)
  }
  return { web, silent, sweep }
}
const findingsOf = async (web: WebUnderTest, query = "") =>
  (await web.get(`api/v1/health/findings?${query}`)).body.findings

test("a silent metric is found, acknowledged, muted, opened again and resolved", async (t) => {
  const { web, silent, sweep } = await start(t)
  expect((await web.get("api/v1/health/findings")).body).toMatchObject({ total: 0, sweep: { time: null } })
  await sweep()
  const [finding] = await findingsOf(web)
  expect(finding).toMatchObject({
    ...{ kind: "silent", severity: "warning", subject: { metric: "lab.a" }, source: "source-a", state: "open" },
    ...{ message: "no point for 10 min", values: { ageS: 600 } },
  })
  const say = (deed: string, body: object = {}) =>
    web.send("POST", `api/v1/health/findings/${finding.id}/${deed}`, body)
  expect((await say("acknowledge", { note: "on it" })).body).toMatchObject({
    state: "acknowledged",
    by: "local",
    note: "on it",
  })
  expect(await findingsOf(web, "state=open")).toEqual([])
  expect((await say("mute", { seconds: 3600 })).body).toMatchObject({ state: "muted", until: expect.any(String) })
  expect((await say("mute", { until: null })).body).toMatchObject({ state: "muted", until: null })
  expect((await web.get("api/v1/health/findings")).body.counts).toMatchObject({ open: 0, muted: 1, warning: 0 })
  expect((await say("mute", { until: "2020-01-01T00:00:00Z" })).body.error).toMatchObject({ code: "time" })
  expect((await say("reopen")).body).toMatchObject({ state: "open" })
  expect((await say("fix")).body.error).toMatchObject({ code: "no-fix" })
  silent.is = false
  await sweep()
  expect(await findingsOf(web)).toEqual([])
  const { body } = await web.get("api/v1/health/history")
  expect(body.findings).toMatchObject([{ id: finding.id, resolved: expect.any(String) }])
  expect((await say("reopen")).body.error).toMatchObject({ code: "no-such-finding", remedy: expect.any(String) })
})

test("findings are filtered, paged and counted, and stand on /metrics", async (t) => {
  const { web, sweep } = await start(t)
  await sweep()
  for (const query of [
    "kind=silent",
    "severity=warning",
    "source=source-a",
    "metric=lab.a",
    "client=source-a",
    "search=LAB+point",
  ])
    expect({ query, count: (await findingsOf(web, query)).length }).toEqual({ query, count: 1 })
  for (const query of [
    "kind=nan",
    "severity=error",
    "source=x",
    "metric=lab.b",
    "client=x",
    "search=other",
    "limit=0",
    "offset=1",
  ])
    expect({ query, count: (await findingsOf(web, query)).length }).toEqual({ query, count: 0 })
  expect((await web.get("api/v1/health/findings?kind=other")).status).toBe(400)
  const figures = await (await fetch(web.url("metrics"))).text()
  expect(figures).toMatch(/metricq_web_findings\{severity="warning"\} 1\n/)
  expect(figures).toMatch(/metricq_web_findings_of_kind\{kind="silent"\} 1\n/)
})

test("a metric that has been silent for a day is archived, and missed no more", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: declared })
    await fakeDatabase(net, () => ({ "lab.a": 90_000, "lab.b": 1 }))
    await setStored(net, ["lab.a", "lab.b"])
  })
  const sweep = () => web.send("POST", "api/v1/health/sweep", {})
  await sweep()
  await sweep()
  const [{ id, fix }] = await findingsOf(web)
  expect(fix).toBe("archive")
  expect((await web.send("POST", `api/v1/health/findings/${id}/fix`, {})).body).toEqual({ done: "1 metric archived" })
  const { archived } = (await web.get("api/v1/metrics/lab.a")).body
  expect(Date.parse(archived)).toBeGreaterThan(Date.now() - 60_000)
  await expect.poll(async () => (await web.get("api/v1/metrics?state=archived")).body.total).toBe(1)
  await sweep()
  await sweep()
  expect(await findingsOf(web)).toEqual([])
})

test("a source that was killed is one finding about its client", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    const source = await net.source("source-a", { metrics: declared })
    await fakeDatabase(net, () => ({ "lab.a": 300, "lab.b": 300 }))
    await setStored(net, ["lab.a", "lab.b"])
    await source.stop()
  })
  // Whoever was seen a moment ago counts as being there.
  const kinds = async () => {
    await web.send("POST", "api/v1/health/sweep", {})
    return (await findingsOf(web)).map(({ kind }: { kind: string }) => kind)
  }
  await expect.poll(kinds, { timeout: 20_000, interval: 300 }).toEqual(["gone"])
  expect(await findingsOf(web, "metric=lab.a")).toMatchObject([
    { severity: "error", subject: { client: "source-a" }, metrics: 2, examples: ["lab.a", "lab.b"] },
  ])
})

test("settings are kept and checked", async (t) => {
  const folder = await temporaryFolder(t, "health")
  const { web } = await start(t, folder)
  const { body } = await web.get("api/v1/health/settings")
  expect(body).toMatchObject({ thresholds: { sweepS: 30 }, defaults: { sweepS: 30 }, publish: false })
  const change = { thresholds: { sweepS: 60 }, off: ["rate"] }
  expect((await web.send("PUT", "api/v1/health/settings", change)).body).toMatchObject({
    ...{ thresholds: { sweepS: 60, silentMinS: 60 }, off: ["rate"] },
  })
  const wrong = await web.send("PUT", "api/v1/health/settings", { thresholds: { sweepS: -1 } })
  expect(wrong).toMatchObject({ status: 400, body: { error: { code: "settings" } } })
  await web.server.stop()
  const other = await WebUnderTest.join(t, web.net, { folder })
  expect((await other.get("api/v1/health/settings")).body).toMatchObject({ thresholds: { sweepS: 60 }, off: ["rate"] })
})

test("numbers of findings are published where that is wanted", async (t) => {
  const { web, sweep } = await start(t)
  const sink = await web.net.sink("sink-a", ["lab.health.findings.warning", "lab.health.findings.kind.silent"])
  const publishing = await WebUnderTest.join(t, web.net, { healthPrefix: "lab.", token: "web-b" })
  await sweep()
  for (let i = 0; i < 2; i++) await publishing.send("POST", "api/v1/health/sweep", {})
  const points = [await sink.next(), await sink.next()]
  expect(points.map(([metric]) => metric).sort()).toEqual([
    "lab.health.findings.kind.silent",
    "lab.health.findings.warning",
  ])
  const { config } = await (await administrator(web.net)).rpc("config.get", { token: "source-web-b-health" })
  expect(config).toEqual({ prefix: "lab." })
})

test("somebody looks after a finding: in its filters, in the history, in the audit log", async (t) => {
  const { web, silent, sweep } = await start(t)
  await sweep()
  const [{ id }] = await findingsOf(web)
  const path = `api/v1/health/findings/${id}`
  expect((await web.send("PATCH", path, { assignee: " Ben ", note: "cable" })).body).toMatchObject({
    ...{ assignee: "Ben", note: "cable", handledBy: "local", state: "open" },
  })
  expect((await web.get("api/v1/health/assignees")).body).toEqual({ free: true, names: ["Ben", "local"] })
  const counted = async (query: string) => [query, (await findingsOf(web, query)).length]
  for (const query of ["assignee=ben", "search=cable"]) expect(await counted(query)).toEqual([query, 1])
  for (const query of ["mine=true", "unassigned=true"]) expect(await counted(query)).toEqual([query, 0])
  await web.send("PATCH", path, { assignee: "local" })
  expect(await counted("mine=true")).toEqual(["mine=true", 1])
  expect((await web.send("PATCH", path, { assignee: "a\nb" })).status).toBe(400)
  const feed = await fetch(web.url("api/v1/health/feed?format=json"))
  expect(feed.headers.get("content-type")).toMatch(/^application\/feed\+json/)
  expect(((await feed.json()) as { items: unknown }).items).toMatchObject([
    { title: "warning: lab.a: no point for 10 min" },
  ])
  silent.is = false
  await sweep()
  const { body } = await web.get("api/v1/health/history?mine=true")
  expect(body.findings).toMatchObject([{ assignee: "local", note: "cable" }])
  const { entries } = (await web.get("api/v1/audit?action=finding.")).body
  expect(entries).toMatchObject([
    { action: "finding.handle", subject: "lab.a", detail: { assignee: "local" } },
    { action: "finding.handle", detail: { assignee: "Ben", note: "cable" } },
  ])
  const rss = await fetch(web.url("api/v1/health/feed"))
  expect(rss.headers.get("content-type")).toMatch(/^application\/rss\+xml/)
  expect((await rss.text()).match(/<item>/g)).toHaveLength(2)
  const again = await fetch(web.url("api/v1/health/feed"), {
    headers: { "if-none-match": rss.headers.get("etag") ?? "" },
  })
  expect(again.status).toBe(304)
})

test("a metric without a unit is given one, and is told beforehand what that does", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: { "lab.a": { rate: 1 } as never, "lab.b": { unit: "W", rate: 1 } } })
    await fakeDatabase(net, () => ({ "lab.a": 1, "lab.b": 1 }))
    await setStored(net, ["lab.a", "lab.b"])
  })
  const sweep = () => web.send("POST", "api/v1/health/sweep", {})
  await sweep()
  await sweep()
  const [{ id }] = await findingsOf(web, "kind=unit-missing")
  const path = `api/v1/health/findings/${id}/fix`
  expect((await web.get(path)).body).toMatchObject({
    ...{ fix: "set-unit", needs: "operator", total: 1, metrics: ["lab.a"], asks: { unit: [] } },
    does: "writes the unit into the metadata of 1 metric; no value changes",
  })
  expect((await web.send("POST", path, {})).body.error).toMatchObject({ code: "fix-input", remedy: expect.any(String) })
  expect((await web.send("POST", path, { unit: "kW" })).body).toEqual({ done: "unit of 1 metric set to kW" })
  await expect.poll(async () => (await web.get("api/v1/metrics/lab.a")).body.unit).toBe("kW")
  await sweep()
  await sweep()
  expect(await findingsOf(web)).toEqual([])
})
