import { readFileSync } from "node:fs"
import {
  type Columns,
  encodeHistoryResponse,
  exchanges,
  type HistoryRequest,
  HistoryRequestType,
  type HistoryResponseParts,
  Timestamp,
} from "@metricq/protocol"
import {
  type BrokerKind,
  describeOnBrokers,
  startNetwork,
  TestDb,
  type TestNetwork,
  type TestScope,
} from "@metricq/testkit"
import { connect as amqpConnect, type ConsumeMessage } from "amqplib"
import { expect, test } from "vitest"
import type { DbOptions } from "./db.js"
import { Deferred } from "./deferred.js"
import { HistoryError } from "./errors.js"
import { HistoryClient } from "./history-client.js"
import type { HistoryContext } from "./history-responder.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const at = (ns: number | bigint) => Timestamp.fromNs(BigInt(ns))
const range = (start: number, end: number) => ({ start: at(start), end: at(end) })

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })

/** A database whose answers wait until the test lets them go. */
class GatedDb extends TestDb {
  gate = new Deferred<void>()
  readonly asked: string[] = []
  override async onHistory(metric: string, request: HistoryRequest): Promise<HistoryResponseParts> {
    this.asked.push(metric)
    await this.gate.promise
    return super.onHistory(metric, request)
  }
}

/** A database that answers with what the test wants. */
class AnsweringDb extends TestDb {
  answer: (request: HistoryRequest, context: HistoryContext) => HistoryResponseParts | Promise<HistoryResponseParts> =
    () => ({})
  override onHistory(_metric: string, request: HistoryRequest, context?: HistoryContext) {
    return this.answer(request, context!)
  }
}

async function network(t: TestScope, kind: BrokerKind, dataVhost = false) {
  const net = await startNetwork(t, { kind, dataVhost })
  const history = await net.history("history-t", { heartbeat: 1 })
  return { net, history }
}

async function database<D extends TestDb>(
  net: TestNetwork,
  Kind: new (options: DbOptions) => D,
  options: Partial<DbOptions> = {},
): Promise<D> {
  const token = options.token ?? "db-t"
  await net.configure(token, { metrics: ["t.a", "t.b"] })
  return net.connect(new Kind(net.clientOptions(token, { heartbeat: 1, ...options })))
}

/** Requests about `metric` go to the test, which answers as it likes. */
async function rawDatabase(t: Scope, net: TestNetwork, metric: string) {
  const connection = await amqpConnect(net.url)
  t.onTestFinished(() => connection.close().catch(() => {}))
  connection.on("error", () => {})
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue("", { exclusive: true })
  await channel.bindQueue(queue, exchanges.history, metric)
  const reply = ({ properties }: ConsumeMessage, body: Uint8Array, headers = {}) =>
    channel.publish("", properties.replyTo, Buffer.from(body), {
      correlationId: properties.correlationId,
      appId: "db-raw",
      headers,
    })
  const onRequest = async (
    answer: (message: ConsumeMessage, reply: (body: Uint8Array, headers?: object) => void) => void,
  ) => {
    await channel.consume(queue, (message) => message && answer(message, (...with_) => reply(message, ...with_)), {
      noAck: true,
    })
  }
  return { channel, onRequest }
}

async function collected(stream: AsyncIterable<Columns>): Promise<bigint[]> {
  const times: bigint[] = []
  for await (const page of stream) times.push(...page.times)
  return times
}

describeOnBrokers("a history client", (kind) => {
  test("gets every kind of answer, also with the data in a vhost of its own", async (t) => {
    const { net, history } = await network(t, kind, true)
    const db = await net.database("db-t", ["t.a", "t.b"])
    for (let i = 1; i <= 10; i++) db.put("t.a", BigInt(i * 10), i)
    db.put("t.b", 5n, 7)
    expect(await history.historyLastValue("t.a")).toEqual({ timestamp: at(100), value: 10 })
    expect(await history.historyAggregate("t.a", range(20, 50))).toMatchObject({
      timestamp: at(20),
      count: 3,
      minimum: 2,
      maximum: 4,
      sum: 9,
      integralNs: 90,
      activeTime: { ns: 30n },
    })
    expect(await history.historyAggregate("t.a")).toMatchObject({ timestamp: at(0), count: 10 })
    expect(await history.historyRawTimeline("t.a", range(20, 50))).toEqual({
      times: BigInt64Array.of(20n, 30n, 40n),
      values: Float64Array.of(2, 3, 4),
    })
    expect((await history.historyRawTimeline("t.a")).times).toHaveLength(10)
    const timeline = await history.historyAggregateTimeline("t.a", { ...range(20, 101), intervalMax: "50ns" })
    expect([...timeline.times]).toEqual([0n, 50n, 100n])
    expect([...timeline].map(({ count, sum }) => [count, sum])).toEqual([
      [3, 9],
      [5, 35],
      [1, 10],
    ])
    const type = HistoryRequestType.flexTimeline
    const response = await history.historyDataRequest("t.a", at(20), at(40), 0, { type })
    expect(response).toMatchObject({ metric: "t.a", mode: "values", length: 3 })
    expect(response.requestDuration).toBeGreaterThan(0)
    expect(response.processingDuration).toBeLessThanOrEqual(response.requestDuration!)
    expect(await history.historyDataRequest("t.a", at(200), at(300), 50)).toMatchObject({ mode: "empty", length: 0 })
    expect(history.stats).toEqual({ pending: 0, answers: 8, surplus: 0 })
  })

  test("is told at once that nobody stores a metric", async (t) => {
    const { history } = await network(t, kind)
    const refusal = {
      name: "HistoryError",
      code: "not-stored",
      metric: "t.unknown",
      message: /no database.*t\.unknown/,
    }
    await expect(history.historyLastValue("t.unknown")).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(refusal.message),
    })
    await expect(collected(history.historyRawStream("t.unknown"))).rejects.toMatchObject({ code: "not-stored" })
  })

  test("hears why a database refuses, and that an answer is too large, with the way out", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, AnsweringDb, { maxAnswerBytes: 1000 })
    const asking = () => history.historyRawTimeline("t.a")
    db.answer = () => ({ error: "simulated error" })
    await expect(asking()).rejects.toMatchObject({
      name: "HistoryError",
      code: "history-error",
      metric: "t.a",
      message: "db-t does not answer about t.a: simulated error",
    })
    db.answer = () => {
      throw new HistoryError("damaged", "a checksum is wrong")
    }
    await expect(asking()).rejects.toMatchObject({ code: "damaged", message: expect.stringContaining("checksum") })
    db.answer = async () => {
      throw new Error("out of luck")
    }
    await expect(asking()).rejects.toMatchObject({ code: "history-error" })
    db.answer = () => ({ times: new BigInt64Array(200), values: new Float64Array(200) })
    await expect(asking()).rejects.toThrow(/too large.* at most 1000 bytes are sent; ask for a shorter time/)
    await expect(asking()).rejects.toMatchObject({ code: "too-large" })
    db.answer = () => ({ times: BigInt64Array.of(1n), values: Float64Array.of(2) })
    expect([...(await asking()).values]).toEqual([2])
    expect(db.stats.history).toMatchObject({ answered: 6, failed: 5, inWork: 0 })
  })

  test("gives up in time, by its signal, and when it stops; what comes then is dropped", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, GatedDb)
    db.put("t.a", 1n, 1)
    await expect(history.historyLastValue("t.a", { timeout: 0.05 })).rejects.toMatchObject({
      name: "TimeoutError",
      code: "timeout",
      message: "no database has answered about t.a in 0.05 s",
    })
    const control = new AbortController()
    const aborted = history.historyLastValue("t.a", { signal: control.signal })
    await eventually(() => db.asked.length).toBe(2)
    control.abort(new Error("enough"))
    await expect(aborted).rejects.toThrow("enough")
    await expect(history.historyLastValue("t.a", { signal: control.signal })).rejects.toThrow("enough")
    db.gate.resolve()
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 1 })
    expect(history.stats).toEqual({ pending: 0, answers: 1, surplus: 2 })
    db.gate = new Deferred()
    const stopped = history.historyLastValue("t.a")
    stopped.catch(() => {})
    await history.stop()
    await expect(stopped).rejects.toMatchObject({ name: "AgentStopped" })
    await expect(history.historyLastValue("t.a")).rejects.toMatchObject({ name: "AgentStopped" })
    db.gate.resolve()
  })

  test("says what cannot be asked", async (t) => {
    const { net, history } = await network(t, kind)
    await expect(history.historyLastValue("")).rejects.toMatchObject({ code: "metric-name" })
    await expect(history.historyAggregate("t.a", { start: 5 as never })).rejects.toMatchObject({ code: "time" })
    await expect(history.historyDataRequest("t.a", at(0), at(1), "soon")).rejects.toMatchObject({
      code: "duration-text",
    })
    await expect(history.historyLastValue("t.a", { timeout: 0 })).rejects.toMatchObject({ code: "duration" })
    expect(() => history.historyRawStream("t.a", { pagePoints: 0 })).toThrow(
      expect.objectContaining({ code: "page-points" }),
    )
    const early = new HistoryClient(net.clientOptions("history-early"))
    await expect(early.historyLastValue("t.a")).rejects.toThrow("call connect() first")
  })

  test("looks for metrics that are stored, unless told otherwise", async (t) => {
    const { net, history } = await network(t, kind)
    await net.database("db-t", ["t.a"])
    await net.source("source-t", { metrics: { "t.a": { unit: "W" }, "t.live": {} } })
    expect(Object.keys(await history.getMetrics())).toEqual(["t.a"])
    expect(Object.keys(await history.getMetrics({ historic: undefined })).sort()).toEqual(["t.a", "t.live"])
  })
})

describeOnBrokers("history over a lost connection", (kind) => {
  test("is asked for again, and answered", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, GatedDb)
    db.put("t.a", 1n, 7)
    const pending = Array.from({ length: 20 }, () => history.historyLastValue("t.a"))
    await eventually(() => db.asked.length).toBe(20)
    net.broker.proxy.cut()
    const meanwhile = history.historyLastValue("t.a")
    db.gate.resolve()
    for (const answer of await Promise.all([...pending, meanwhile])) expect(answer).toMatchObject({ value: 7 })
  })

  test("works after the broker was killed", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, GatedDb)
    db.put("t.a", 1n, 7)
    const pending = history.historyLastValue("t.a")
    await eventually(() => db.asked.length).toBe(1)
    await net.broker.kill()
    db.gate.resolve()
    await net.broker.start()
    expect(await pending).toMatchObject({ value: 7 })
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 7 })
  })

  test("waits for a database that is away, and reaches the next one", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, TestDb)
    await db.stop()
    const pending = history.historyLastValue("t.a")
    const next = new TestDb(net.clientOptions("db-t"))
    next.put("t.a", 1n, 7)
    await net.connect(next)
    expect(await pending).toMatchObject({ value: 7 })
  })
})

describeOnBrokers("answers of a history client", (kind) => {
  test("the first of two databases counts, the other is dropped", async (t) => {
    const { net, history } = await network(t, kind)
    const fast = await database(net, TestDb, { token: "db-fast" })
    const slow = await database(net, GatedDb, { token: "db-slow" })
    fast.put("t.a", 1n, 1)
    slow.put("t.a", 1n, 2)
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 1 })
    slow.gate.resolve()
    await eventually(() => history.stats).toEqual({ pending: 0, answers: 1, surplus: 1 })
  })

  test("that are malformed fail their request and no other, and never come back", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await net.database("db-t", ["t.a"])
    db.put("t.a", 1n, 7)
    const { channel, onRequest } = await rawDatabase(t, net, "t.raw")
    const bodies = [
      Uint8Array.of(0x0a, 0xff),
      encodeHistoryResponse({ metric: "t.raw", times: BigInt64Array.of(1n) }),
      encodeHistoryResponse({ metric: "t.raw", times: BigInt64Array.of(1n), values: Float64Array.of(9) }),
    ]
    await onRequest((_, reply) => reply(bodies.shift()!))
    const [garbage, contradiction, good, other] = await Promise.allSettled([
      history.historyLastValue("t.raw"),
      history.historyLastValue("t.raw"),
      history.historyLastValue("t.raw"),

      history.historyLastValue("t.a"),
    ])
    expect(garbage).toMatchObject({
      reason: { name: "InvalidHistoryResponse", message: expect.stringMatching(/db-raw.*t\.raw/) },
    })
    expect(contradiction).toMatchObject({ reason: { name: "InvalidHistoryResponse" } })
    expect(good).toMatchObject({ value: { value: 9 } })
    expect(other).toMatchObject({ value: { value: 7 } })
    await history.stop()
    channel.on("error", () => {})
    await expect(channel.checkQueue(`${history.token}-hrsp`)).rejects.toMatchObject({ code: 404 })
  })

  test("of another kind than was asked for are errors", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, AnsweringDb)
    db.answer = () => ({ times: BigInt64Array.of(1n), values: Float64Array.of(9) })
    await expect(history.historyAggregateTimeline("t.a", { intervalMax: 1 })).rejects.toThrow(
      /should be aggregates.*"values"/,
    )
    await expect(history.historyAggregate("t.a")).rejects.toThrow(/should be an aggregate/)
    const one = Float64Array.of(1)
    const legacy = { minimum: one, maximum: one, average: one }
    db.answer = () => ({ times: BigInt64Array.of(1n), legacy })
    await expect(history.historyRawTimeline("t.a")).rejects.toMatchObject({ name: "InvalidHistoryResponse" })
    await expect(history.historyLastValue("t.a")).rejects.toMatchObject({ name: "InvalidHistoryResponse" })
    expect(await history.historyDataRequest("t.a", at(0), at(9), 1)).toMatchObject({ mode: "legacy" })
  })

  test("as they were recorded from the original are understood", async (t) => {
    const { net, history } = await network(t, kind)
    const { onRequest } = await rawDatabase(t, net, "scen.#")
    const recorded = recordedAnswers()
    await onRequest((message, reply) => {
      const { answer, headers } = recorded.find(({ request }) => message.content.toString("hex") === request)!
      reply(Buffer.from(answer, "hex"), headers)
    })
    const [last, aggregate, timeline, raw, refused] = recorded.map(({ metric, decoded }) => () => {
      const { startTime, endTime, intervalMax = "0", type = "AGGREGATE_TIMELINE" } = decoded
      const types = { AGGREGATE_TIMELINE: 0, AGGREGATE: 1, LAST_VALUE: 2, FLEX_TIMELINE: 3 } as const
      const time = (ns: string | undefined) => (ns === undefined ? undefined : at(BigInt(ns)))
      return history.historyDataRequest(metric, time(startTime), time(endTime), `${intervalMax}ns`, {
        type: types[type],
      })
    })
    const lastValue = await last!()
    expect(lastValue).toMatchObject({ metric: "scen.single", mode: "values", requestDuration: 0.000123 })
    expect([...lastValue.values()]).toEqual([{ timestamp: at(1_700_000_000_000_000_000n), value: 3.25 }])
    expect([...(await aggregate!()).aggregates()]).toMatchObject([
      { minimum: 1, maximum: 3, sum: 6, count: 3, integralNs: 2e9, activeTime: { ns: 1_000_000_000n }, mean: 2 },
    ])
    expect((await timeline!()).timeline.times).toEqual(
      BigInt64Array.of(1_700_000_000_000_000_000n, 1_700_000_001_000_000_000n),
    )
    expect([...(await raw!()).points.values]).toEqual([1, 2])
    await expect(refused!()).rejects.toThrow("db-raw does not answer about scen.chunk3: simulated error")
  })
})

interface Recorded {
  metric: string
  request: string
  decoded: {
    startTime?: string
    endTime?: string
    intervalMax?: string
    type?: "AGGREGATE" | "LAST_VALUE" | "FLEX_TIMELINE"
  }
  answer: string
  headers: object
}

interface RecordedMessage {
  method: string
  args: { exchange: string; routing_key: string }
  properties: { correlation_id: string; headers: object }
  body_hex: string
  decoded: Recorded["decoded"]
}

/** Requests of the original Python client, and the answers they got. */
function recordedAnswers(): Recorded[] {
  const url = new URL("../../protocol/fixtures/history-messages.json", import.meta.url)
  const messages: RecordedMessage[] = JSON.parse(readFileSync(url, "utf8"))
  const published = messages.filter(({ method }) => method === "Basic.Publish")
  const requests = published.filter(({ args }) => args.exchange === exchanges.history)
  return requests.flatMap(({ args, properties, body_hex, decoded }) => {
    const id = properties.correlation_id
    const answer = published.find((other) => other.args.exchange === "" && other.properties.correlation_id === id)
    if (answer === undefined) return []
    const { headers } = answer.properties
    return { metric: args.routing_key, request: body_hex, decoded, answer: answer.body_hex, headers }
  })
}

describeOnBrokers("a stream of raw points", (kind) => {
  test("brings dense and sparse data over many answers, each once, though most are refused as too large", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, TestDb, { maxAnswerBytes: 10_000 })
    const second = 1_000_000_000n
    const times = [
      ...Array.from({ length: 3000 }, (_, i) => BigInt(i) * 1000n),
      ...Array.from({ length: 500 }, (_, i) => (1000n + BigInt(i)) * second),
      ...Array.from({ length: 3000 }, (_, i) => 3000n * second + BigInt(i)),
    ]
    for (const time of times) db.put("t.a", time, 1)
    const stream = { start: at(0), end: at(4000n * second), pagePoints: 800 }
    expect(await collected(history.historyRawStream("t.a", stream))).toEqual(times)
    const { answered } = db.stats.history
    expect(db.stats.history.failed).toBeGreaterThan(0)
    expect(answered).toBeLessThan(100)
    const inside = { start: at(999_500), end: at(1_001_000n) }
    expect(await collected(history.historyRawStream("t.a", inside))).toEqual([1_000_000n])
    expect(await collected(history.historyRawStream("t.b", stream)).catch(({ code }) => code)).toBe("not-stored")
  })

  test("goes on over a lost connection, and ends when the loop is left", async (t) => {
    const { net, history } = await network(t, kind)
    const db = await database(net, TestDb)
    for (let i = 0; i < 1000; i++) db.put("t.a", BigInt(i), i)
    const times: bigint[] = []
    for await (const page of history.historyRawStream("t.a", { ...range(0, 1000), pagePoints: 50 })) {
      times.push(...page.times)
      if (times.length === 300) net.broker.proxy.cut()
    }
    expect(times).toEqual(Array.from({ length: 1000 }, (_, i) => BigInt(i)))
    for await (const _ of history.historyRawStream("t.a", { ...range(0, 1000), pagePoints: 50 })) break
    await eventually(() => history.stats.pending).toBe(0)
  })
})
