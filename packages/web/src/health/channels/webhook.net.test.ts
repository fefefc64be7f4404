import { createHmac } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, type TestContext, test } from "vitest"
import type { Finding } from "../ledger.js"
import { delivery, finding, resolved } from "../testing/notices.js"
import type { WebhookMessage } from "./webhook-message.js"

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly message: WebhookMessage
}

/** A receiver that answers with these statuses, one after the other, and then with 200; not at all for 0. */
async function receiver(t: TestContext, statuses: readonly number[] = []) {
  const left = [...statuses]
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const piece of request) body += piece
    received.push({ headers: request.headers, body, message: JSON.parse(body) })
    const status = left.shift() ?? 200
    if (status === 0) return
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("thanks")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const until = (count: number) => expect.poll(() => received.length, { timeout: 5000 }).toBe(count)
  return { target: { url: `http://127.0.0.1:${port}/hook` }, received, until }
}

const opened = (...findings: Finding[]) => ({ opened: findings, resolved: [] })

test("a receiver that fails first gets the message all the same, the same each time", async (t) => {
  const { target, received, until } = await receiver(t, [500, 302, 503])
  const hook = delivery(t, "webhook", { target })
  hook.add(opened(finding("lab.a")))
  await until(4)
  expect(new Set(received.map(({ message }) => message.id)).size).toBe(1)
  expect(received[3]!.message).toMatchObject({
    ...{ type: "findings", page: "http://page/health", text: "MetricQ: 1 new\nwarning: lab.a: no point for 5 min" },
    counts: { opened: 1, resolved: 0, open: { error: 1, warning: 2, info: 3 } },
    opened: [{ kind: "silent", subject: { metric: "lab.a" }, state: "open", since: "1970-01-01T00:00:01.000Z" }],
  })
  await expect.poll(() => hook.stats).toMatchObject({ delivered: 1, failed: 0, retries: 3 })
  expect(hook.state).toMatchObject({
    lastSuccess: { time: expect.any(String), answer: "it answered with status 200" },
    lastError: { text: "it answered with status 503" },
  })
})

test("a thousand findings are one message, and so is all that happens while it is under way", async (t) => {
  const { target, received, until } = await receiver(t, [500])
  const hook = delivery(t, "webhook", { target })
  const many = Array.from({ length: 1500 }, (_, i) => finding(`lab.m${i}`))
  hook.add(opened(...many))
  for (let i = 0; i < 50; i++) hook.add({ opened: [], resolved: [resolved(`lab.m${i}`)] })
  await until(3)
  const [, first, second] = received.map(({ message }) => message)
  expect(first).toMatchObject({ counts: { opened: 1500, resolved: 0 } })
  expect(first!.opened).toHaveLength(100)
  expect(first!.text).toMatch(/^MetricQ: 1500 new[\s\S]*… and 1490 more$/)
  expect(second).toMatchObject({ counts: { opened: 0, resolved: 50 } })
})

test("a message is signed with time and body, by a key of the environment", async (t) => {
  const { target, received, until } = await receiver(t)
  const env = { METRICQ_SECRET_HOOK: "correct horse" }
  const signed = { ...target, secret: { $env: "METRICQ_SECRET_HOOK" } }
  delivery(t, "webhook", { target: signed }, { env }).add(opened(finding("lab.a")))
  await until(1)
  const { headers, body, message } = received[0]!
  const hex = createHmac("sha256", "correct horse").update(`${message.time}.${body}`).digest("hex")
  expect(headers["x-metricq-signature"]).toBe(`t=${message.time},sha256=${hex}`)
})

test("a receiver that never takes it is given up after some tries, and the next message tried anew", async (t) => {
  const { target, received, until } = await receiver(t, [500, 500, 500, 500, 500])
  const hook = delivery(t, "webhook", { target })
  hook.add(opened(finding("lab.a")))
  await expect.poll(() => hook.stats.failed, { timeout: 5000 }).toBe(1)
  hook.add(opened(finding("lab.b")))
  await until(6)
  expect(received[5]!.message.opened).toHaveLength(1)
})

test("a test tells what came of it", async (t) => {
  const { target, received } = await receiver(t, [200, 404])
  const hook = delivery(t, "webhook", { target })
  expect(await hook.test()).toEqual({ delivered: true, answer: "it answered with status 200" })
  expect(received[0]!.message).toMatchObject({ type: "test" })
  expect(await hook.test()).toEqual({ delivered: false, answer: "it answered with status 404" })
  const keyless = delivery(t, "webhook", { target: { ...target, secret: { $env: "METRICQ_SECRET_NONE" } } })
  expect(await keyless.test()).toMatchObject({ delivered: false, answer: expect.stringMatching(/METRICQ_SECRET_NONE/) })
  const off = delivery(t, "webhook", { target, on: false })
  off.add(opened(finding("lab.a")))
  expect(received).toHaveLength(2)
})

test("what was not delivered goes on with the channel that takes its place", async (t) => {
  const silent = await receiver(t, [0])
  const first = delivery(t, "webhook", { target: silent.target })
  first.add(opened(finding("lab.a")))
  await silent.until(1)
  first.add(opened(finding("lab.b")))
  await first.end()
  expect(first.waiting.counts).toEqual({ opened: 2, resolved: 0 })
  expect(first.state).toEqual({})
  const { target, received, until } = await receiver(t)
  delivery(t, "webhook", { target }, { before: first }).add(opened())
  await until(1)
  expect(received[0]!.message.opened).toMatchObject([
    { subject: { metric: "lab.a" } },
    { subject: { metric: "lab.b" } },
  ])
})
