import { type JsonObject, Source } from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { GuardedWeb } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

const lab = { url: "mqtt://me:hush@host/", password: "hush", token: { $env: "TOKEN" }, rate: 1 }
const format = "metricq-configurations 1"

async function withConfigs(net: TestNetwork): Promise<void> {
  await net.configure("x-lab", lab)
  await net.configure("x-same", { z: 1, a: 2 })
}

async function setUp(t: Parameters<typeof WebUnderTest.start>[0]) {
  const web = await WebUnderTest.start(t, withConfigs)
  const stored = async (token: string) => (await web.net.adminClient()).rpc("config.get", { token })
  const plan = async (configurations: JsonObject) =>
    (await web.send("POST", "api/v1/configs/import/plan", { bundle: { format, configurations } })).body
  const send = async (configurations: JsonObject, revisions: object, more: object = {}) =>
    web.send("POST", "api/v1/configs/import", { bundle: { format, configurations }, revisions, ...more })
  return { web, stored, plan, send }
}

test("a bundle has what is stored, without secrets, and changes nothing when it comes back", async (t) => {
  const { web, plan } = await setUp(t)
  const answer = await fetch(web.url("api/v1/configs/export"))
  expect(answer.headers.get("content-disposition")).toMatch(/attachment; filename="metricq-bundle\.json"/)
  const text = await answer.text()
  expect(text).toMatch(/^\{\n {2}"format": "metricq-configurations 1",\n/)
  const { configurations } = JSON.parse(text)
  expect(configurations).toEqual({
    "x-lab": { ...lab, url: "mqtt://me:******@host/", password: "******" },
    "x-same": { z: 1, a: 2 },
  })
  expect(text).not.toContain("hush")
  const { items, absent } = await plan(configurations)
  expect(items.map(({ state }: { state: string }) => state)).toEqual(["same", "same"])
  expect(absent).toEqual([])

  const some = await web.get("api/v1/configs/export?token=x-same")
  expect(Object.keys(some.body.configurations)).toEqual(["x-same"])
  expect((await web.get("api/v1/configs/export?token=x-none")).status).toBe(404)
})

test("a plan tells of each configuration what would change, never a secret", async (t) => {
  const { plan } = await setUp(t)
  const { items, absent } = await plan({
    "x-lab": { ...lab, password: "******", rate: 2 },
    "x-new": { metrics: { a: { expression: { operation: "+" } } }, password: "fresh" },
    "x-marked": { password: "******" },
  })
  expect(absent).toEqual(["x-same"])
  expect(items).toMatchObject([
    { token: "x-lab", state: "changed", revision: expect.stringMatching(/^1-/), errors: [], before: { rate: 1 } },
    { token: "x-new", state: "new", revision: null, errors: [expect.stringMatching(/metrics/)] },
    { token: "x-marked", errors: [expect.stringMatching(/^password: it is left out in the bundle/)] },
  ])
  expect(items[0].before.password).toBe(items[0].after.password)
  expect(JSON.stringify(items)).not.toMatch(/hush|fresh/)
})

test("what is chosen is stored, noted, audited and applied; there is a result for each", async (t) => {
  const { web, stored, send } = await setUp(t)
  class Listener extends Source<JsonObject> {
    override async onConfig({ rate }: JsonObject): Promise<void> {
      if (rate === 9) throw new Error("too fast")
    }
  }
  await web.net.connect(new Listener(web.net.clientOptions("x-lab")))
  const { revision } = await stored("x-lab")
  const configurations = { "x-lab": { ...lab, password: "******", rate: 9 }, "x-new": { a: 1 }, "x-same": { a: 5 } }
  const { body } = await send(configurations, { "x-lab": revision, "x-new": null }, { note: "release 7", apply: true })
  expect(body.results).toMatchObject([
    { token: "x-lab", done: "written", applied: { answered: true, refused: expect.stringMatching(/too fast/) } },
    { token: "x-new", done: "written", applied: { answered: false, reason: "not connected" } },
  ])
  expect(await stored("x-lab")).toMatchObject({ config: { ...lab, rate: 9 }, note: "release 7" })
  expect((await stored("x-same")).config).toEqual({ z: 1, a: 2 })
  const { entries } = (await web.get("api/v1/audit?action=config.import")).body
  expect(entries.map(({ subject }: { subject: string }) => subject).sort()).toEqual(["x-lab", "x-new"])
})

test("nobody's change is overwritten, and the others go on", async (t) => {
  const { web, stored, send } = await setUp(t)
  const { revision } = await stored("x-lab")
  await web.net.configure("x-lab", { rate: 3 })
  const configurations = { "x-lab": lab, "x-same": { z: 1, a: 2 }, "x-marked": { password: "******" }, "x-new": {} }
  const revisions = { "x-lab": revision, "x-same": (await stored("x-same")).revision, "x-marked": null, "x-new": null }
  const { body } = await send(configurations, revisions)
  expect(body.results).toMatchObject([
    { token: "x-lab", done: "conflict", message: expect.stringMatching(/has changed since/) },
    { token: "x-same", done: "same" },
    { token: "x-marked", done: "refused" },
    { token: "x-new", done: "written" },
  ])
  expect((await stored("x-lab")).config).toEqual({ rate: 3 })
})

test("what is no bundle is refused, with the place in it", async (t) => {
  const { web, send } = await setUp(t)
  const wrong = await web.send("POST", "api/v1/configs/import/plan", { bundle: { format, configurations: { a: 1 } } })
  expect(wrong).toMatchObject({
    status: 400,
    body: { error: { code: "bundle", message: expect.stringMatching(/configurations\.a/) } },
  })
  expect((await send({}, { "x-new": null })).body.error.message).toMatch(/no configuration for x-new/)
})

test("how long versions are kept is told", async (t) => {
  const { web } = await setUp(t)
  expect((await web.get("api/v1/configs/retention")).body).toEqual({ versions: 1000, days: null })
})

test("a viewer exports, an operator imports, and how long points stay is for administrators", async (t) => {
  const web = await GuardedWeb.start(t)
  const bundle = { format, configurations: { "db-x": { retention: { raw: "1d" } }, "x-new": {} } }
  const [vera, olga] = [await web.login("vera"), await web.login("olga")]
  const at = (path: string) => `api/v1/configs/${path}`
  expect((await vera("GET", at("export"))).status).toBe(200)
  expect((await vera("POST", at("import/plan"), { bundle })).status).toBe(403)
  expect((await vera("POST", at("import"), { bundle, revisions: { "x-new": null } })).status).toBe(403)
  const { body } = await olga("POST", at("import"), { bundle, revisions: { "db-x": null, "x-new": null } })
  expect(body.results).toMatchObject([
    { token: "db-x", done: "refused", message: expect.stringMatching(/ruled by administrators/) },
    { token: "x-new", done: "written" },
  ])
})
