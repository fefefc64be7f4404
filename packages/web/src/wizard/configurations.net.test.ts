import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const rawPath = "api/source/source-a/raw_config"

/** A web server, and what the wizard's page does with one configuration. */
async function start(t: Parameters<typeof WebUnderTest.start>[0]) {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.configure("source-a", { rate: 1, password: "old", host: "a" })
    await net.configure("source-ab", { rate: 7 })
  })
  const read = async () => (await web.get(rawPath)).body.config
  const save = (config: object) => web.send("POST", rawPath, config)
  const stored = async () => {
    const admin = await web.net.adminClient()
    return (await admin.rpc("config.get", { token: "source-a" })).config
  }
  const backups = async () => (await web.get("api/client/source-a/backups")).body
  return { web, read, save, stored, backups }
}

test("a configuration goes out without secrets and comes back with them", async (t) => {
  const { read, save, stored } = await start(t)
  const config = await read()
  expect(config).toEqual({ rate: 1, password: expect.stringMatching(/^\*{6}/), host: "a", _rev: expect.any(String) })
  expect(await save({ ...config, _id: "source-a", rate: 2 })).toEqual({ status: 200, body: { status: "success" } })
  expect(await stored()).toEqual({ rate: 2, password: "old", host: "a" })
})

test("whoever read it before somebody else has stored it is told so", async (t) => {
  const { web, read, save, stored } = await start(t)
  const config = await read()
  await save({ ...config, rate: 2 })
  expect(await save({ ...config, rate: 3 })).toMatchObject({ status: 409, body: { error: { code: "conflict" } } })
  const { _rev, ...others } = await read()
  expect((await save(others)).status).toBe(409)
  expect((await stored()).rate).toBe(2)
  expect((await web.get("api/source/source-x/raw_config")).status).toBe(404)
  expect((await web.send("POST", "api/source/source-x/raw_config", { rate: 1 })).body.status).toBe("success")
})

test("earlier versions are backups, those of this client only, the oldest first", async (t) => {
  const { web, read, save, backups, stored } = await start(t)
  expect(await backups()).toEqual([])
  await save({ ...(await read()), password: "new", rate: 2 })
  await save({ ...(await read()), rate: 3 })
  const [first, second, ...more] = await backups()
  expect([first, second]).toEqual([
    expect.stringMatching(/^backup-source-a-\d{4}-.*Z-1$/),
    expect.stringMatching(/^backup-source-a-\d{4}-.*Z-2$/),
  ])
  expect(more).toEqual([])
  const { body: old } = await web.get(`api/client/source-a/backups/${first}`)
  expect(old).toMatchObject({ rate: 1, host: "a" })
  // The page merges what it imports into what it has, and saves it: the secret is that of the backup again.
  expect((await save({ ...old, _rev: (await read())._rev })).status).toBe(200)
  expect(await stored()).toEqual({ rate: 1, password: "old", host: "a" })
  for (const name of ["backup-source-ab-1", "backup-source-a-", "x", "backup-source-a-2020-99"]) {
    expect([name, (await web.get(`api/client/source-a/backups/${name}`)).status]).toEqual([name, 404])
  }
})

test("the expression of a combined metric is read, made and changed, with everything beside it kept", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    const metrics = { "lab.sum": { expression: { operation: "+", left: "lab.a", right: 1 }, chunk_size: 5 } }
    await net.configure("transformer-a-combinator", { metrics })
    await net.configure("source-a", { metrics: ["lab.a"] })
  })
  const path = "api/transformer/transformer-a-combinator"
  const send = (method: string, metric: string, body: object) =>
    fetch(web.url(`${path}/${metric}`), { method, body: JSON.stringify(body) })
  const { body: sum } = await web.get(`${path}/lab.sum`)
  expect(sum).toEqual({
    ...{
      transformerId: "transformer-a-combinator",
      metric: "lab.sum",
      configHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    expression: { operation: "+", left: "lab.a", right: 1 },
  })
  expect((await web.get(`${path}/lab.none`)).status).toBe(404)

  const { configHash } = sum
  expect((await send("PATCH", "lab.sum", { expression: 0, configHash })).status).toBe(204)
  expect((await send("PATCH", "lab.sum", { expression: 1, configHash })).status).toBe(409)
  expect((await send("PATCH", "lab.sum", { expression: 1 })).status).toBe(400)
  const max = { operation: "max", inputs: ["lab.a", { operation: "throttle", cooldown_period: "10s", input: "lab.b" }] }
  expect((await send("PUT", "lab.max", { expression: max })).status).toBe(204)
  expect((await send("PUT", "lab.max", { expression: max })).status).toBe(409)
  expect((await send("PUT", "lab.none", {})).status).toBe(400)
  for (const wrong of [{ operation: "max", inputs: [] }, { operation: "+", left: null, right: 1 }, "lab.none"]) {
    expect([wrong, (await send("PUT", "lab.none", { expression: wrong })).status]).toEqual([wrong, 400])
  }
  expect(
    (await fetch(web.url("api/transformer/source-a/lab.none"), { method: "PUT", body: '{"expression":1}' })).status,
  ).toBe(409)
  const admin = await web.net.adminClient()
  expect((await admin.rpc("config.get", { token: "transformer-a-combinator" })).config).toEqual({
    metrics: { "lab.sum": { expression: 0, chunk_size: 5 }, "lab.max": { expression: max } },
  })
})
