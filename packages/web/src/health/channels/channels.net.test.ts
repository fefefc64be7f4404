import { readFile, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { GuardedWeb } from "../../testing/guarded-web.js"
import { WebUnderTest } from "../../testing/web-under-test.js"
import { finding } from "../testing/notices.js"
import { Channels } from "./channels.js"

const path = "api/v1/health/channels"

/** An address that takes everything; `url` has a secret in it, as those of chats. */
async function receiver(t: TestScope) {
  const received: { type: string; signature: unknown }[] = []
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const piece of request) body += piece
    received.push({ type: JSON.parse(body).type, signature: request.headers["x-metricq-signature"] })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestEnd(t, () => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/T0/secret`, received }
}

test("a channel is made, tested, changed, kept over a restart and deleted; its secret is never shown again", async (t) => {
  const folder = await temporaryFolder(t, "channels")
  const { url, received } = await receiver(t)
  const web = await WebUnderTest.start(t, async () => {}, { folder })
  const put = (target: object, rest: object = {}) =>
    web.send("PUT", `${path}/chat`, { type: "webhook", target, ...rest })
  const made = await put({ url, secret: "correct horse" })
  expect(made.body).toMatchObject({ name: "chat", on: true, fixed: false, state: { lastSuccess: null, waiting: 0 } })
  expect(made.body.target.secret).toMatch(/^\*{6}[0-9a-f]{12}$/)
  expect((await web.send("POST", `${path}/chat/test`, {})).body).toEqual({
    ...{ delivered: true, answer: "it answered with status 200" },
  })
  expect(received).toMatchObject([{ type: "test", signature: expect.stringMatching(/^t=/) }])

  expect((await put(made.body.target, { minimum: "error" })).body).toMatchObject({ minimum: "error" })
  await web.send("POST", `${path}/chat/test`, {})
  expect(received[1]!.signature).toBeDefined()
  const elsewhere = await put({ ...made.body.target, url: "http://127.0.0.1:9/" })
  expect(elsewhere).toMatchObject({ status: 400, body: { error: { code: "mask", remedy: expect.any(String) } } })

  const figures = await (await fetch(web.url("metrics"))).text()
  expect(figures).toMatch(/metricq_web_channel_up\{channel="chat"\} 1\n/)
  const file = join(folder, "health-channels.json")
  expect((await stat(file)).mode & 0o077).toBe(0)
  expect(await readFile(file, "utf8")).toContain("correct horse")
  await web.server.stop()
  const after = await WebUnderTest.join(t, web.net, { folder })
  const [kept] = (await after.get(path)).body.channels
  expect(kept).toMatchObject({ name: "chat", minimum: "error", state: { lastSuccess: { time: expect.any(String) } } })
  const { entries } = (await after.get("api/v1/audit?action=health.")).body
  expect(entries.map(({ action }: { action: string }) => action)).toContain("health.channel.set")
  expect(JSON.stringify([entries, kept])).not.toContain("correct horse")
  expect((await after.send("DELETE", `${path}/chat`, {})).status).toBe(200)
  expect((await after.get(path)).body).toEqual({ channels: [] })
  for (const [method, name] of [
    ["DELETE", "chat"],
    ["POST", "chat/test"],
  ] as const)
    expect((await after.send(method, `${path}/${name}`, {})).body.error).toMatchObject({ code: "no-such-channel" })
})

test("channels of a file can be tested, and not be changed; a file that is wrong stops the start", async (t) => {
  const folder = await temporaryFolder(t, "channels")
  const { url, received } = await receiver(t)
  const [healthChannels, key] = [join(folder, "channels.json"), join(folder, "key")]
  await writeFile(key, "correct horse\n")
  const target = { url, secret: { $file: key } }
  await writeFile(healthChannels, JSON.stringify({ channels: [{ name: "ops", type: "webhook", target }] }))
  const web = await WebUnderTest.start(t, async () => {}, { healthChannels })
  expect((await web.get(path)).body.channels).toMatchObject([{ name: "ops", fixed: true, target }])
  expect((await web.send("POST", `${path}/ops/test`, {})).body).toMatchObject({ delivered: true })
  expect(received).toMatchObject([{ signature: expect.stringMatching(/^t=/) }])
  for (const method of ["PUT", "DELETE"])
    expect((await web.send(method, `${path}/ops`, {})).body.error).toMatchObject({ code: "fixed-channel" })
  await writeFile(healthChannels, '{"channels": [{"name": "ops"}]}')
  await expect(WebUnderTest.join(t, web.net, { healthChannels })).rejects.toThrow(/channels\.json: channel\.type/)
})

test("administrators set channels, operators test them, viewers see that they are there", async (t) => {
  const guarded = await GuardedWeb.start(t)
  const { url } = await receiver(t)
  const body = { type: "webhook", target: { url } }
  const [ann, olga, vera] = await Promise.all(["ann", "olga", "vera"].map((name) => guarded.login(name)))
  expect((await olga!("PUT", `${path}/chat`, body)).status).toBe(403)
  expect((await ann!("PUT", `${path}/chat`, body)).status).toBe(200)
  expect((await olga!("POST", `${path}/chat/test`, {})).body).toMatchObject({ delivered: true })
  expect((await olga!("DELETE", `${path}/chat`)).status).toBe(403)
  expect((await vera!("POST", `${path}/chat/test`, {})).status).toBe(403)
  const { channels } = (await vera!("GET", path)).body
  expect(channels).toMatchObject([{ name: "chat", state: { lastSuccess: { time: expect.any(String) } } }])
  expect(JSON.stringify(channels)).not.toMatch(/127\.0\.0\.1|status 200/)
  const feed = "api/v1/health/feed"
  expect((await guarded.as({})("GET", feed)).status).toBe(401)
  expect((await vera!("GET", feed)).status).toBe(200)
  expect((await olga!("GET", "api/v1/health/assignees")).body).toEqual({ free: false, names: ["ann", "olga", "vera"] })
})

test("what was gathered when the server stopped is sent when it is back", async (t) => {
  const folder = await temporaryFolder(t, "channels")
  const { url, received } = await receiver(t)
  const news = {
    page: () => "http://x/health",
    open: () => ({ error: 0, warning: 1, info: 0 }),
    findings: () => ({ findings: [] }),
  }
  const make = async () => {
    const channels = new Channels({ ...{ folder, news, logger: silentLogger, fixed: [] } })
    onTestEnd(t, () => channels.stop())
    await channels.start()
    return channels
  }
  const before = await make()
  await before.set({ name: "chat", type: "webhook", digestS: 60, target: { url } })
  before.add({ opened: [finding("lab.a")], resolved: [] })
  await before.stop()
  expect(received).toEqual([])
  const after = await make()
  expect(after.get("chat")?.waiting.counts).toEqual({ opened: 1, resolved: 0 })
  await after.set({ ...after.get("chat")!.settings, digestS: 0 })
  after.add({ opened: [], resolved: [] })
  await expect.poll(() => received.map(({ type }) => type)).toEqual(["findings"])
})
