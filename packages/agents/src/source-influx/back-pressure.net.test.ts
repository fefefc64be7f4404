import { once } from "node:events"
import { connect } from "node:net"
import { silentLogger } from "@metricq/client"
import { freePort } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { ArrivingMetrics } from "../kit/push/arriving-metrics.js"
import type { Feed } from "../kit/push/feed.js"
import { influxSchema } from "./config.js"
import { HttpFeed } from "./http-feed.js"
import { Intake } from "./intake.js"
import type { ReceptionContext } from "./reception.js"
import { Rules } from "./rules.js"
import { TcpFeed } from "./tcp-feed.js"

/** What listeners need, and whether there is room for points, as the test says. */
function contextOf() {
  const sent: number[] = []
  const outlet = {
    declareMetrics: async () => {},
    metric: () => ({ chunkSize: 1 }),
    send: async (_name: string, _time: unknown, value: number) => void sent.push(value),
  }
  const metrics = new ArrivingMetrics(outlet, { logger: silentLogger })
  const intake = new Intake(new Rules(influxSchema.parse({ http: {} })), metrics, silentLogger)
  const room = { isBusy: false }
  const context: ReceptionContext = {
    logger: silentLogger,
    maxLine: 1000,
    roomMs: 100,
    intake: () => intake,
    isBusy: () => room.isBusy,
  }
  return { context, room, sent }
}

async function run(t: TestContext, feed: Feed): Promise<void> {
  const stop = new AbortController()
  const running = feed.run(stop.signal)
  t.onTestFinished(async () => {
    stop.abort(new Error("the test ends"))
    await running
  })
  await expect.poll(() => feed.state.isUp).toBe(true)
}

test("a writer over HTTP is told to come back later, and nothing of what it said is lost", async (t) => {
  const { context, room, sent } = contextOf()
  const port = await freePort()
  await run(t, new HttpFeed(influxSchema.parse({ http: { port } }).http!, context))
  const write = () => fetch(`http://127.0.0.1:${port}/write`, { method: "POST", body: "a b=1" })
  room.isBusy = true
  const answer = await write()
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"])
  expect(sent).toEqual([])
  room.isBusy = false
  expect((await write()).status).toBe(204)
  await expect.poll(() => sent).toEqual([1])
})

test("a sender over TCP has to wait", async (t) => {
  const { context, room, sent } = contextOf()
  const port = await freePort()
  await run(t, new TcpFeed(influxSchema.parse({ tcp: { port } }).tcp!, context))
  const socket = connect(port, "127.0.0.1")
  t.onTestFinished(() => void socket.destroy())
  await once(socket, "connect")
  room.isBusy = true
  socket.write("a b=1\n")
  await expect.poll(() => sent).toEqual([1])
  // More than the buffers of the system hold.
  const many = Buffer.from("a b=2\n".repeat(3_000_000))
  const written = new Promise((resolve) => socket.write(many, resolve))
  let isWritten = false
  void written.then(() => {
    isWritten = true
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect([isWritten, sent.length]).toEqual([false, 1])
  room.isBusy = false
  await written
  await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(3_000_001)
})
