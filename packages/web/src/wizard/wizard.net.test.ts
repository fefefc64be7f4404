import { expect, test } from "vitest"
import { GuardedWeb } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

test("neither hides API v1, its description and what is not there, nor is hidden by them", async (t) => {
  const web = await WebUnderTest.start(t, undefined, { prefix: "/deep/" })
  expect(await web.get("api/v1/metrics")).toMatchObject({ status: 200, body: { total: 0 } })
  expect((await web.get("api/v1/openapi.json")).body.openapi).toBe("3.1.0")
  expect((await fetch(web.url("api/docs"))).headers.get("content-type")).toContain("text/html")
  expect(await web.get("api/metrics")).toEqual({ status: 200, body: [] })
  for (const path of ["api/v1/sources", "api/v1/nothing", "api/nothing", "api"]) {
    const answer = await web.get(path, { headers: { accept: "text/html" } })
    expect([path, answer.status, answer.body.error.code]).toEqual([path, 404, "not-found"])
  }
})

test("every route tells what it is for, and none of them is in the description of API v1", async (t) => {
  const web = await WebUnderTest.start(t)
  const routes = web.server.routes.filter(({ url, method }) => /^\/api\/(?!v1\/|docs)/.test(url) && method !== "HEAD")
  expect(routes.length).toBeGreaterThan(50)
  for (const { url, method, schema } of routes) expect([method, url, schema.summary]).toContainEqual(expect.any(String))
  expect(routes.filter(({ schema }) => !schema.summary).map(({ url }) => url)).toEqual([])
  const { paths } = (await web.get("api/v1/openapi.json")).body
  expect(Object.keys(paths)).not.toContain("/sources")
})

test("bodies are JSON whatever they are called, and errors have the keys of both APIs", async (t) => {
  const web = await WebUnderTest.start(t)
  const post = (body: string, type: string) =>
    web.get("api/metrics", { method: "POST", body, headers: { "content-type": type } })
  expect(await post('{"requested_metrics":["a.b"]}', "application/x-www-form-urlencoded")).toEqual({
    ...{ status: 200, body: [{ id: "a.b" }] },
  })
  const message = expect.stringContaining("no JSON")
  expect(await post("{", "application/json")).toMatchObject({
    ...{ status: 400, body: { status: "error", message, error: { code: "request", message } } },
  })
  expect((await web.get("api/metrics", { method: "POST" })).status).toBe(400)
  expect((await web.send("POST", "api/metrics", {})).body.message).toContain("requested_metrics")
})

test("viewers read, operators change, administrators delete configurations, and each change is in the log", async (t) => {
  const guarded = await GuardedWeb.start(t)
  const nobody = guarded.as({})
  const { status, body, headers } = await nobody("GET", "api/clients")
  expect([status, body.error.code, headers.get("www-authenticate")]).toEqual([
    401,
    "login-needed",
    expect.stringMatching(/^Basic /),
  ])
  expect((await nobody("POST", "api/metrics", { source: "s" })).status).toBe(401)
  const [vera, olga, ann] = await Promise.all(["vera", "olga", "ann"].map((name) => guarded.login(name)))

  const reads: [string, string, unknown?][] = [
    ["GET", "api/clients"],
    ["GET", "api/sources"],
    ["POST", "api/discover", {}],
    ["POST", "api/metrics", { source: "s" }],
    ["POST", "api/metrics/database/defaults", { selectedMetrics: [] }],
    ["POST", "api/databases/historic_metrics", { selectedMetrics: [] }],
    ["POST", "api/cluster/issues", { currentPage: 1, perPage: 20 }],
  ]
  for (const [method, path, body] of reads)
    expect([path, (await vera!(method, path, body)).status < 300]).toEqual([path, true])
  const writes: [string, string, unknown?][] = [
    ["PUT", "api/client/source-a"],
    ["POST", "api/client/source-a/reconfigure"],
    ["POST", "api/source/source-a/raw_config", {}],
    ["POST", "api/metrics/archive", { metrics: ["a"] }],
    ["POST", "api/cluster/health_scan"],
    ["DELETE", "api/cluster/issues/x"],
    ["POST", "api/source/source-a/save?session=x"],
  ]
  for (const [method, path, body] of writes)
    expect([path, (await vera!(method, path, body)).status]).toEqual([path, 403])

  expect((await olga!("PUT", "api/client/source-a")).body).toEqual({ status: "success" })
  expect((await olga!("DELETE", "api/client/source-a")).status).toBe(403)
  expect((await ann!("DELETE", "api/client/source-a")).body).toEqual({ status: "success" })
  const { entries } = (await ann!("GET", "api/v1/audit")).body
  expect(entries.map(({ name, action, subject }: Record<string, string>) => [name, action, subject])).toEqual(
    expect.arrayContaining([
      ["olga", "config.set", "source-a"],
      ["ann", "config.delete", "source-a"],
    ]),
  )
})

test("drafts are those of one person", async (t) => {
  const kinds = {
    ...{ list: async () => [], check: async () => ({ errors: [], warnings: [] }), kindOf: () => "lamp" },
    find: async () => ({ name: "lamp", summary: "", schema: { properties: { rate: { type: "number" } } }, sample: {} }),
  }
  const guarded = await GuardedWeb.start(t, { kinds })
  const [olga, ann] = await Promise.all(["olga", "ann"].map((name) => guarded.login(name)))
  await olga!("PUT", "api/client/source-a")
  await olga!("POST", "api/source/source-a?session=one", { rate: 5 })
  expect((await olga!("GET", "api/source/source-a?session=one")).body).toMatchObject({ rate: 5 })
  expect((await ann!("GET", "api/source/source-a?session=one")).body).not.toHaveProperty("rate")
  expect((await olga!("GET", "api/source/source-a?session=two")).body).not.toHaveProperty("rate")
})
