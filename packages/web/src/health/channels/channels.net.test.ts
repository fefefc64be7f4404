import { readFile, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebUnderTest } from "../../testing/web-under-test.js"

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
