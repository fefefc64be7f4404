import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

test("issues are found by a scan, listed in pages with their ids, and marked as solved", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: { "lab.a": {}, "lab.b": {}, "lab.c": { unit: "W" } } })
  })
  const scan = () => web.get("api/cluster/health_scan", { method: "POST" })
  expect((await web.get("api/cluster/health_scan")).body).toEqual({ status: "finished" })
  expect(await scan()).toEqual({ status: 202, body: { status: "created" } })
  expect(await scan()).toEqual({ status: 429, body: { status: "already running" } })
  expect((await web.get("api/cluster/health_scan")).body).toEqual({ status: "running" })
  await expect
    .poll(async () => (await web.get("api/cluster/health_scan")).body, { timeout: 20_000 })
    .toEqual({
      status: "finished",
    })

  // As its table asks, with what it puts beside.
  const page = (change: object = {}) => {
    const context = { currentPage: "1", perPage: "20", filter: "", sortBy: "id", sortDesc: false, apiUrl: null }
    return web.send("POST", "api/cluster/issues", { ...context, ...change })
  }
  const { body } = await page()
  expect(body.totalRows).toBe(2)
  expect(body.rows).toContainEqual({
    ...{
      _id: expect.stringMatching(/^unit-missing-/),
      id: expect.stringMatching(/^unit-missing-/),
      kind: "unit-missing",
      severity: "info",
    },
    ...{ scope_type: "metric", scope: "lab.a", source: "source-a", archived: null },
    ...{ type: "missing_metadata", missing_metadata: ["unit"] },
    ...{ first_detection_date: expect.stringMatching(/Z$/), date: expect.stringMatching(/Z$/) },
  })
  for (const { _id, id } of body.rows) expect(id).toBe(_id)
  const scopes = async (change: object) => (await page(change)).body.rows.map(({ scope }: { scope: string }) => scope)
  expect(await scopes({ sortBy: "scope" })).toEqual(["lab.a", "lab.b"])
  expect(await scopes({ sortBy: "scope", sortDesc: true })).toEqual(["lab.b", "lab.a"])
  expect(await scopes({ sortBy: "scope", perPage: 1, currentPage: 2 })).toEqual(["lab.b"])
  expect((await page({ sortBy: "constructor" })).status).toBe(200)
  expect((await page({ perPage: 0 })).status).toBe(400)

  const { issues } = (await web.get("api/metric/lab.a/issues")).body
  expect(issues).toMatchObject([{ scope: "lab.a", type: "missing_metadata" }])
  const solve = (id: string) => web.get(`api/cluster/issues/${id}`, { method: "DELETE" })
  expect(await solve(issues[0]._id)).toEqual({ status: 200, body: { status: "ok" } })
  expect(await solve("undefined")).toMatchObject({ status: 404, body: { status: "error" } })
  expect(await scopes({})).toEqual(["lab.b"])
  const { findings } = (await web.get("api/v1/health/findings?state=acknowledged")).body
  expect(findings).toMatchObject([{ subject: { metric: "lab.a" }, note: "marked as solved in the wizard" }])
})
