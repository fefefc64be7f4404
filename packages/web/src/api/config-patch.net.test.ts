import { type JsonObject, Source } from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { GuardedWeb } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

/** Takes every rate below 100, and publishes what it takes. */
class LampSource extends Source<JsonObject> {
  override onConfig({ rate }: JsonObject): void {
    if (Number(rate) >= 100) throw new Error(`rate ${rate} is too much for this lamp`)
  }

  override configSchema() {
    const schema = { type: "object", properties: { rate: { type: "number", exclusiveMinimum: 0 } } }
    return { kind: "source-lamp", title: "lamps", schema, sample: { rate: 1 } }
  }
}

/** `source-lamp-1` and `-2` run, `-3` does not; the second has a secret and no label. */
async function withLamps(net: TestNetwork): Promise<void> {
  await net.configure("source-lamp-1", { rate: 1, hosts: [{ port: 1 }] })
  await net.configure("source-lamp-2", { rate: 2, password: "hush" })
  await net.configure("source-lamp-3", { rate: 1, name: "spare" })
  for (const token of ["source-lamp-1", "source-lamp-2"]) await net.connect(new LampSource(net.clientOptions(token)))
  const admin = await net.adminClient()
  const labels = { "source-lamp-1": { room: "A" }, "source-lamp-3": { room: "A" } }
  await admin.rpc("client.label", { labels })
}

const plan = async (web: WebUnderTest, body: object) => (await web.send("POST", "api/v1/configs/patch/plan", body)).body
const store = async (web: WebUnderTest, body: object) => (await web.send("POST", "api/v1/configs/patch", body)).body
const revisionsOf = ({ clients }: { clients: { token: string; revision: string }[] }) =>
  Object.fromEntries(clients.map(({ token, revision }) => [token, revision]))

test("a patch is looked at for each client, stored as versions with a note, applied, and each says what it makes of it", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const planned = await plan(web, { patch: { rate: 2, name: null }, select: { clients: "source-lamp-*" } })
  expect(planned.clients).toMatchObject([
    { token: "source-lamp-1", changes: [{ path: "rate", before: 1, after: 2 }], more: 0, valid: true },
    { token: "source-lamp-2", changes: [], valid: true, problems: { errors: [], warnings: [] } },
    {
      token: "source-lamp-3",
      changes: [
        { path: "rate", before: 1, after: 2 },
        { path: "name", before: "spare" },
      ],
    },
  ])
  const body = { patch: { rate: 2, name: null }, clients: revisionsOf(planned), note: "all alike", apply: true }
  const { results } = await store(web, body)
  expect(results).toMatchObject([
    { token: "source-lamp-1", state: "stored", revision: expect.stringMatching(/^2-/), applied: { answered: true } },
    { token: "source-lamp-2", state: "unchanged" },
    { token: "source-lamp-3", state: "stored", applied: { answered: false, reason: "not connected" } },
  ])
  const admin = await web.net.adminClient()
  expect(await admin.rpc("config.get", { token: "source-lamp-1" })).toMatchObject({
    ...{ note: "all alike", config: { rate: 2, hosts: [{ port: 1 }] } },
  })
  const { entries } = (await web.get("api/v1/audit?action=config.")).body
  expect(entries.map(({ action, subject }: JsonObject) => `${action} ${subject}`).sort()).toEqual([
    "config.apply source-lamp-1",
    "config.apply source-lamp-3",
    "config.patch source-lamp-1",
    "config.patch source-lamp-3",
  ])

  const large = await plan(web, { patch: { rate: 500 }, clients: ["source-lamp-1"] })
  const refused = await store(web, { patch: { rate: 500 }, clients: revisionsOf(large), apply: true })
  expect(refused.results).toMatchObject([
    { applied: { answered: true, refused: "rate 500 is too much for this lamp" } },
  ])
})

test("what would not be valid, what has changed since, and what is not there is left alone", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const clients = ["source-lamp-1", "source-lamp-2", "source-nobody"]
  const planned = await plan(web, { patch: { rate: 0 }, clients })
  expect(planned.clients).toMatchObject([
    { valid: false, problems: { errors: ["rate: expected a number > 0, got 0"] } },
    { valid: false },
    {
      token: "source-nobody",
      revision: null,
      valid: false,
      problems: { errors: [expect.stringMatching(/nothing is stored/)] },
    },
  ])
  const bad = await store(web, { patch: { rate: 0 }, clients: { "source-lamp-1": planned.clients[0].revision } })
  expect(bad.results).toEqual([
    { token: "source-lamp-1", state: "invalid", text: "rate: expected a number > 0, got 0" },
  ])
  const revisions = revisionsOf(await plan(web, { patch: { rate: 7 }, clients: ["source-lamp-1", "source-lamp-2"] }))
  await web.net.configure("source-lamp-1", { rate: 3 })
  const { results } = await store(web, { patch: { rate: 7 }, clients: { ...revisions, "source-nobody": "1-a" } })
  expect(results).toMatchObject([
    { token: "source-lamp-1", state: "conflict", text: expect.stringMatching(/has changed since/) },
    { token: "source-lamp-2", state: "stored" },
    { token: "source-nobody", state: "conflict" },
  ])
  expect((await web.get("api/v1/configs/source-lamp-1")).body.config).toEqual({ rate: 3 })
  const reserved = await plan(web, { patch: { _x: 1 }, clients: ["source-lamp-2"] })
  expect((await store(web, { patch: { _x: 1 }, clients: revisionsOf(reserved) })).results).toMatchObject([
    { state: "failed", text: expect.stringMatching(/leading _ are reserved/) },
  ])
})

test("secrets stay hidden and stay what they are", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const patch = { rate: 5, password: "louder" }
  const planned = await plan(web, { patch, clients: ["source-lamp-2"] })
  expect(JSON.stringify(planned)).not.toMatch(/hush|louder/)
  expect(planned.clients[0].changes).toMatchObject([
    { path: "rate", before: 2, after: 5 },
    { path: "password", before: expect.stringMatching(/^\*{6}/), after: expect.stringMatching(/^\*{6}/) },
  ])
  const admin = await web.net.adminClient()
  const secretOf = async () => (await admin.rpc("config.get", { token: "source-lamp-2" })).config.password
  await store(web, { patch: { rate: 5 }, clients: revisionsOf(planned) })
  expect(await secretOf()).toBe("hush")
  const mask = planned.clients[0].changes[1].before
  const moved = await plan(web, { patch: { password: mask }, clients: ["source-lamp-1"] })
  expect(moved.clients).toMatchObject([
    { valid: false, problems: { errors: [expect.stringMatching(/stands for no secret/)] } },
  ])
  const again = await plan(web, { patch, clients: ["source-lamp-2"] })
  await store(web, { patch, clients: revisionsOf(again) })
  expect(await secretOf()).toBe("louder")
})

test("clients are selected by glob and by labels, and only so many at once", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const tokens = async (select: object) =>
    (await plan(web, { patch: { a: 1 }, select })).clients.map(({ token }: { token: string }) => token)
  expect(await tokens({ labels: ["room=A"] })).toEqual(["source-lamp-1", "source-lamp-3"])
  expect(await tokens({ clients: "*-3", labels: ["room"] })).toEqual(["source-lamp-3"])
  expect(await tokens({ labels: ["room=B"] })).toEqual([])
  const wrong = [
    { patch: { a: 1 } },
    { patch: { a: 1 }, clients: ["a"], select: { labels: ["a"] } },
    { patch: {}, clients: ["a"] },
    { patch: { a: 1 }, select: {} },
    { patch: { a: 1 }, clients: ["_a"] },
    { patch: { a: 1 }, clients: Array.from({ length: 201 }, (_, i) => `source-${i}`) },
  ]
  for (const body of wrong) {
    expect(await web.send("POST", "api/v1/configs/patch/plan", body)).toMatchObject({ status: 400 })
  }
})

test("viewers look, and do not store; how long databases keep points is not for operators", async (t) => {
  const guarded = await GuardedWeb.start(t)
  const { net } = guarded.web
  await net.configure("db-t", { metrics: [], retention: "30d" })
  const [vera, olga] = [await guarded.login("vera"), await guarded.login("olga")]
  const ask = { patch: { retention: "1d" }, clients: ["db-t"] }
  const { status, body } = await vera("POST", "api/v1/configs/patch/plan", ask)
  expect(status).toBe(200)
  const clients = revisionsOf(body)
  expect(await vera("POST", "api/v1/configs/patch", { ...ask, clients })).toMatchObject({ status: 403 })
  expect((await olga("POST", "api/v1/configs/patch", { ...ask, clients })).body.results).toMatchObject([
    { state: "invalid", text: expect.stringMatching(/ruled by administrators/) },
  ])
  const note = { patch: { note: "x" }, clients, note: "mine" }
  expect((await olga("POST", "api/v1/configs/patch", note)).body.results).toMatchObject([{ state: "stored" }])
  const admin = await net.adminClient()
  expect(await admin.rpc("config.get", { token: "db-t" })).toMatchObject({ by: "olga", note: "mine" })
})
