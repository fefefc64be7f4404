import { createHmac } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { silentLogger } from "@metricq/client"
import { expect, type TestContext, test } from "vitest"
import { findingId } from "../finding.js"
import type { Finding } from "../ledger.js"
import { Webhook } from "./webhook.js"
import type { WebhookMessage } from "./webhook-message.js"

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly message: WebhookMessage
}

/** A receiver that answers with these statuses, one after the other, and then with 200. */
async function receiver(t: TestContext, statuses: readonly number[] = []) {
  const left = [...statuses]
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ""
    for await (const piece of request) body += piece
    received.push({ headers: request.headers, body, message: JSON.parse(body) })
    const status = left.shift() ?? 200
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("thanks")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const until = (count: number) => expect.poll(() => received.length, { timeout: 5000 }).toBe(count)
  return { url: `http://127.0.0.1:${port}/hook`, received, until }
}

function webhook(t: TestContext, settings: { url: string; secret?: { $env: string } }) {
  const made = new Webhook({
    ...{ logger: silentLogger, page: () => "http://page/health", open: () => ({ error: 1, warning: 2, info: 3 }) },
    ...{ env: { METRICQ_SECRET_HOOK: "correct horse" } },
    tuning: { answerMs: 1000, firstPauseMs: 5, longestPauseMs: 20, tries: 5 },
  })
  t.onTestFinished(() => made.stop())
  made.follow({ minimum: "warning", ...settings })
  return made
}

function finding(metric: string, severity: Finding["severity"] = "warning"): Finding {
  const subject = { metric }
  return {
    ...{ id: findingId("silent", subject), kind: "silent", severity, subject, source: "source-a" },
    ...{ message: "no point for 5 min", remedy: "look", values: {}, sinceMs: 1000, lastSeenMs: 2000, state: "open" },
  }
}
const changes = (opened: Finding[], resolved: Finding[] = []) => ({
  opened,
  resolved: resolved.map((each) => ({ ...each, resolvedMs: 3000 })),
})

test("a receiver that fails first gets the message all the same, the same each time", async (t) => {
  const { url, received, until } = await receiver(t, [500, 302, 503])
  const hook = webhook(t, { url })
  hook.add(changes([finding("lab.a")]))
  await until(4)
  expect(new Set(received.map(({ message }) => message.id)).size).toBe(1)
  expect(received[3]!.message).toMatchObject({
    ...{ type: "findings", page: "http://page/health", text: "MetricQ: 1 new\nwarning: lab.a: no point for 5 min" },
    counts: { opened: 1, resolved: 0, open: { error: 1, warning: 2, info: 3 } },
    opened: [{ kind: "silent", subject: { metric: "lab.a" }, state: "open", since: "1970-01-01T00:00:01.000Z" }],
  })
  await expect.poll(() => hook.stats).toMatchObject({ delivered: 1, failed: 0, retries: 3 })
})

test("a thousand findings are one message, and so is all that happens while it is under way", async (t) => {
  const { url, received, until } = await receiver(t, [500])
  const hook = webhook(t, { url })
  const many = Array.from({ length: 1500 }, (_, i) => finding(`lab.m${i}`))
  hook.add(changes(many))
  for (let i = 0; i < 50; i++) hook.add(changes([], many.slice(i, i + 1)))
  await until(3)
  const [, first, second] = received.map(({ message }) => message)
  expect(first).toMatchObject({ counts: { opened: 1500, resolved: 0 } })
  expect(first!.opened).toHaveLength(100)
  expect(first!.text).toMatch(/^MetricQ: 1500 new[\s\S]*… and 1490 more$/)
  expect(second).toMatchObject({ counts: { opened: 0, resolved: 50 } })
})

test("what is less severe is not told", async (t) => {
  const { url, received, until } = await receiver(t)
  const hook = webhook(t, { url })
  hook.add(changes([finding("lab.a", "info")]))
  hook.add(changes([finding("lab.b", "error")]))
  await until(1)
  expect(received[0]!.message.opened.map(({ subject }) => subject)).toEqual([{ metric: "lab.b" }])
})

test("a message is signed with time and body, by a key of the environment", async (t) => {
  const { url, received, until } = await receiver(t)
  webhook(t, { url, secret: { $env: "METRICQ_SECRET_HOOK" } }).add(changes([finding("lab.a")]))
  await until(1)
  const { headers, body, message } = received[0]!
  const hex = createHmac("sha256", "correct horse").update(`${message.time}.${body}`).digest("hex")
  expect(headers["x-metricq-signature"]).toBe(`t=${message.time},sha256=${hex}`)
})

test("a receiver that never takes it is given up after some tries, and the next message tried anew", async (t) => {
  const { url, received, until } = await receiver(t, [500, 500, 500, 500, 500])
  const hook = webhook(t, { url })
  hook.add(changes([finding("lab.a")]))
  await expect.poll(() => hook.stats.failed, { timeout: 5000 }).toBe(1)
  hook.add(changes([finding("lab.b")]))
  await until(6)
  expect(received[5]!.message.opened).toHaveLength(1)
})

test("a test tells what came of it", async (t) => {
  const { url, received } = await receiver(t, [200, 404])
  const hook = webhook(t, { url })
  expect(await hook.test()).toEqual({ delivered: true, answer: "delivered" })
  expect(received[0]!.message).toMatchObject({ type: "test" })
  expect(await hook.test()).toEqual({ delivered: false, answer: "it answered with status 404" })
  hook.follow({ url, minimum: "info", secret: { $env: "METRICQ_SECRET_NONE" } })
  expect(await hook.test()).toMatchObject({ delivered: false, answer: expect.stringMatching(/METRICQ_SECRET_NONE/) })
  hook.follow(null)
  expect(await hook.test()).toMatchObject({ delivered: false })
  hook.add(changes([finding("lab.a")]))
  expect(received).toHaveLength(2)
})
