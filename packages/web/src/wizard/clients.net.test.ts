import { Source } from "@metricq/client"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

class RefusingSource extends Source<{ rate?: string }> {
  override async onConfig({ rate }: { rate?: string }): Promise<void> {
    if (rate !== undefined) throw new Error(`no rate like ${rate}`)
    await this.declareMetrics({ "lab.a": { unit: "W" } })
  }
}

test("who has a configuration, who is there, and who depends on whom", async (t) => {
  let sink = ""
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: { "lab.a": { unit: "W" }, "lab.b": {} } })
    await net.source("source-ab", { metrics: { "other.c": {} } })
    await net.combinator("transformer-a-combinator", { "lab.sum": { expression: "lab.a" } })
    sink = (await net.sink("sink-a", ["lab.*"])).token
    await net.configure("db-away", {})
  })
  expect((await web.get("api/clients")).body).toEqual(
    ["db-away", "source-a", "source-ab", "transformer-a-combinator"].map((id) => ({ id, hasConfiguration: true })),
  )
  const active = (await web.get("api/clients/active")).body
  expect(active.find(({ id }: { id: string }) => id === "source-a")).toMatchObject({
    ...{ id: "source-a", state: "up", hostname: expect.any(String), uptime: expect.any(Number) },
    ...{ discoverTime: expect.stringMatching(/^\d{4}-.*Z$/), startingTime: expect.any(String), version: null },
  })
  const dependencies = (await web.get("api/clients/dependencies")).body
  expect(dependencies).toContainEqual(["source-a", sink, 2])
  expect(dependencies).toContainEqual(["source-a", "transformer-a-combinator", 1])
  expect((await web.get("api/client/source-a/produced_metrics")).body).toEqual(["lab.a", "lab.b"])
  expect((await web.get(`api/client/${sink}/consumed_metrics`)).body).toEqual(["lab.a", "lab.b", "lab.sum"])
  expect((await web.get("api/metric/lab.a/consumers")).body).toEqual([sink, "transformer-a-combinator"])
  expect((await web.get("api/sources")).body).toEqual([
    { id: "source-a", configurable: false, type: null },
    { id: "source-ab", configurable: false, type: null },
  ])
  expect((await web.get("api/transformers")).body).toEqual([{ id: "transformer-a-combinator", isCombinator: true }])
  expect((await web.get("api/databases")).body).toEqual([{ id: "db-away" }])
  expect(await web.send("POST", "api/discover", {})).toMatchObject({ status: 202, body: { ok: expect.any(String) } })
})

test("a client is made and deleted, once each", async (t) => {
  let tool = ""
  const web = await WebUnderTest.start(t, async (net) => {
    tool = (await net.client("tool-a")).token
  })
  const put = () => web.get("api/client/source-new", { method: "PUT" })
  const remove = (token: string) => web.get(`api/client/${token}`, { method: "DELETE" })
  expect(await put()).toEqual({ status: 200, body: { status: "success" } })
  expect(await put()).toMatchObject({ status: 409, body: { status: "error" } })
  expect((await web.get(`api/client/${"x".repeat(300)}`, { method: "PUT" })).status).toBe(400)
  expect(await remove("source-new")).toEqual({ status: 200, body: { status: "success" } })
  expect(await remove("source-new")).toMatchObject({ status: 404, body: { status: "error" } })
  expect(await remove(tool)).toMatchObject({ status: 409, body: { error: { code: "no-configuration" } } })
})

test("a configuration is sent: one that is away is no failure, one that refuses is", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.configure("source-a", {})
    await net.connect(new RefusingSource(net.clientOptions("source-a")))
    await net.configure("source-away", {})
  })
  const apply = (path: string) => web.get(`api/${path}/reconfigure`, { method: "POST" })
  for (const kind of ["client", "source", "database"]) {
    expect(await apply(`${kind}/source-a`)).toEqual({ status: 200, body: { status: "success", answered: true } })
  }
  expect(await apply("client/source-away")).toEqual({
    ...{ status: 200, body: { status: "success", answered: false, reason: "not connected" } },
  })
  expect(await apply("client/source-unknown")).toMatchObject({ status: 404 })
  await web.net.configure("source-a", { rate: "fast" })
  expect(await apply("client/source-a")).toMatchObject({
    ...{ status: 422, body: { status: "error", message: expect.stringContaining("no rate like fast") } },
  })
})
