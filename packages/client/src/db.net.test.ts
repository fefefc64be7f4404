import {
  type Columns,
  decodeHistoryResponse,
  encodeHistoryRequest,
  exchanges,
  type HistoryRequest,
  type HistoryResponseParts,
  type JsonObject,
  Timestamp,
} from "@metricq/protocol"
import {
  type BrokerKind,
  describeOnBrokers,
  startNetwork,
  TestDb,
  type TestDbConfig,
  type TestNetwork,
  type TestScope,
} from "@metricq/testkit"
import { connect as amqpConnect } from "amqplib"
import { expect, test } from "vitest"
import type { RpcOptions } from "./client.js"
import type { DbOptions, StoredMetric } from "./db.js"
import { Deferred } from "./deferred.js"
import type { HistoryContext } from "./history-responder.js"
import { type Logger, silentLogger } from "./logger.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const at = (n: number) => Timestamp.fromNs(BigInt(n))
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })

/** An error as a store throws it; it may have lost its class on the way from another thread. */
const storageError = (code: string) => Object.assign(new Error(`the disk: ${code}`), { code })

/** A database that stores when, and if, the test lets it. */
class GatedDb extends TestDb {
  /** What it was called with, as times. */
  readonly begun: number[] = []
  readonly aside: [metric: string, times: number[], error: string][] = []
  /** Runs before a chunk is stored. */
  before: (time: number) => void | Promise<void> = () => {}

  override onChunk(metric: string, columns: Columns): void | Promise<void> {
    const time = Number(columns.times[0])
    this.begun.push(time)
    const chunk = { times: columns.times.slice(), values: columns.values.slice() }
    const pending = this.before(time)
    if (pending === undefined) return super.onChunk(metric, chunk)
    return pending.then(() => super.onChunk(metric, chunk))
  }

  override onSetAside(metric: string, { times }: Columns, error: unknown): void {
    this.aside.push([metric, Array.from(times, Number), (error as Error).message])
  }
}

async function network(t: TestScope, kind: BrokerKind, dataVhost = false) {
  const net = await startNetwork(t, { kind, dataVhost })
  const source = await net.source("source-t", { metrics: { "t.a": {}, "t.b": {} } })
  /** Sends one-point messages, and waits until the broker has them. */
  const send = async (metric: string, ...times: number[]) => {
    for (const time of times) source.send(metric, at(time), time)
    await source.flush({ timeout: 20 })
  }
  return { net, source, send }
}

async function started<D extends TestDb>(
  net: TestNetwork,
  Kind: new (options: DbOptions) => D,
  options: Partial<DbOptions> = {},
  metrics: StoredMetric[] = ["t.a", "t.b"],
): Promise<D> {
  await net.configure("db-t", { metrics })
  return net.connect(new Kind(net.clientOptions("db-t", { heartbeat: 1, ...options })))
}

/** A channel of our own, to see and send what no client would. */
async function rawChannel(t: Scope, url: string) {
  const connection = await amqpConnect(url)
  t.onTestFinished(() => connection.close().catch(() => {}))
  connection.on("error", () => {})
  return connection.createChannel()
}

describeOnBrokers("a database", (kind) => {
  test("stores what is sent, under names of its own and by patterns, and answers", async (t) => {
    const { net, send } = await network(t, kind, true)
    const db = await started(net, TestDb, {}, [{ name: "u.a", input: "t.a" }, "t.b", "lab.#"])
    const lab = await net.source("source-lab", { metrics: { "lab.x.y": {} } })
    await send("t.a", 1, 2, 3)
    await send("t.b", 4)
    await lab.send("lab.x.y", at(5), 5)
    await eventually(() => ["u.a", "t.a", "t.b", "lab.x.y"].map((name) => db.stored(name))).toEqual([3, 0, 1, 1])
    await eventually(() => db.stats.data).toEqual({
      points: 5,
      messages: 5,
      setAside: 0,
      malformed: 0,
      inWork: 0,
      held: 0,
    })
    const history = await net.history("history-t")
    expect(await history.historyLastValue("u.a")).toMatchObject({ value: 3 })
    expect(await history.historyLastValue("lab.x.y")).toMatchObject({ value: 5 })
    await expect(history.historyLastValue("lab.unknown")).rejects.toMatchObject({ code: "not-stored" })
    expect(Object.keys(await history.getMetrics()).sort()).toEqual(["t.b", "u.a"])
  })

  test("says when it has no configuration, and stops when onConfig refuses it", async (t) => {
    const { net } = await network(t, kind)
    const none = new TestDb(net.clientOptions("db-none"))
    await expect(none.connect()).rejects.toMatchObject({ name: "ConnectFailed", code: "no-configuration" })
    const bad = started(net, TestDb, {}, [{ name: "", input: "t.a" }])
    await expect(bad).rejects.toMatchObject({ code: "metrics" })
  })

  test("takes a new configuration while it runs, one after the other", async (t) => {
    const { net, send } = await network(t, kind)
    let running = 0
    class Careful extends TestDb {
      override async onConfig(config: TestDbConfig): Promise<void> {
        expect(++running).toBe(1)
        await super.onConfig(config)
        running--
      }
    }
    const db = await started(net, Careful, {}, [])
    const client = await net.client("client-t")
    const configs = [["t.a"], ["t.a", "t.b"]]
    await Promise.all(configs.map((metrics) => client.rpcTo("db-t", "config", { metrics })))
    expect(db.config.metrics).toEqual(["t.a", "t.b"])
    await send("t.b", 1)
    await eventually(() => db.stored("t.b")).toBe(1)
    await expect(client.rpcTo("db-t", "config", { metrics: "t.c" })).rejects.toThrow(/list of metric names/)
    expect(db.config.metrics).toEqual(["t.a", "t.b"])
  })

  test("subscribes to more than an RPC takes", async (t) => {
    const { net } = await network(t, kind)
    const asked: number[] = []
    class Counting extends TestDb {
      override async rpc(name: string, args: JsonObject = {}, options?: RpcOptions): Promise<never> {
        if (name !== "db.subscribe") return super.rpc(name, args, options) as never
        asked.push((args.metrics as unknown[]).length)
        const answer: JsonObject = { dataServerAddress: "vhost:/", dataQueue: "db-t-data", historyQueue: "db-t-hreq" }
        return { ...answer, metrics: [] } as never
      }
    }
    const names = numbers(1, 12_000).map((n) => `t.m${n}`)
    const db = await started(net, Counting, {}, [...names, "t.m1"])
    expect(asked).toEqual([5000, 5000, 2000])
    await db.subscribe([])
    expect(asked).toHaveLength(4)
  })

  test("does not work on when the manager gives it other queues", async (t) => {
    const { net } = await network(t, kind)
    class Misled extends TestDb {
      override async rpc(name: string, args: JsonObject = {}, options?: RpcOptions): Promise<never> {
        const answer: JsonObject = await super.rpc(name, args, options)
        return (name === "db.subscribe" ? { ...answer, dataQueue: "db-other-data" } : answer) as never
      }
    }
    await expect(started(net, Misled)).rejects.toMatchObject({
      code: "subscription",
      message: expect.stringMatching(/db-other-data.*db-t-data/),
    })
  })

  test("sends metrics of its own, like a source", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, TestDb)
    expect(() => db.send("db.rate", at(1), 1)).toThrow(expect.objectContaining({ code: "not-declared" }))
    await db.declareMetrics({ "db.rate": { unit: "Hz" } })
    const sink = await net.sink("sink-t", ["db.rate"])
    await db.send("db.rate", at(1), 42)
    await db.sendChunk("db.rate", { times: BigInt64Array.of(2n), values: Float64Array.of(43) })
    await db.flush({ timeout: 10 })
    expect(await sink.take(2)).toEqual([
      ["db.rate", at(1), 42],
      ["db.rate", at(2), 43],
    ])
    expect(db.stats.sent).toMatchObject({ delivered: 2, held: 0 })
    await expect(new TestDb(net.clientOptions("db-idle")).declareMetrics(["a.b"])).rejects.toMatchObject({
      name: "AgentStopped",
    })
  })
})

describeOnBrokers("what a database receives", (kind) => {
  test("is stored at the same time, and acknowledged when all before it are stored, too", async (t) => {
    const { net, send } = await network(t, kind)
    const gates = new Map<number, Deferred<void>>()
    const db = await started(net, GatedDb, { stopTimeout: 0.4 })
    db.before = (time) => {
      const gate = new Deferred<void>()
      gates.set(time, gate)
      return gate.promise
    }
    await send("t.a", 1, 2, 3, 4)
    await eventually(() => db.begun).toEqual([1, 2, 3, 4])
    for (const time of [1, 3, 4]) gates.get(time)!.resolve()
    await eventually(() => db.stats.data).toMatchObject({ points: 3, messages: 3, inWork: 1 })
    await db.stop()
    const next = await started(net, GatedDb)
    await eventually(() => next.begun).toEqual([2, 3, 4])
  })

  test("and was stored, nobody gets again", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb)
    db.before = () => new Promise((resolve) => setImmediate(resolve))
    await send("t.a", ...numbers(1, 3000))
    await eventually(() => db.stats.data.messages).toBe(3000)
    await db.stop()
    const channel = await rawChannel(t, net.url)
    expect(await channel.checkQueue("db-t-data")).toMatchObject({ messageCount: 0, consumerCount: 0 })
    expect(db.stored("t.a")).toBe(3000)
  })

  test("is finished on stop, as far as there is time", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb, { stopTimeout: 1 })
    db.before = (time) => new Promise((resolve) => time !== 2 && setTimeout(resolve, 50))
    await send("t.a", 1, 2)
    await eventually(() => db.begun).toEqual([1, 2])
    await db.stop()
    expect(db.stored("t.a")).toBe(1)
    const channel = await rawChannel(t, net.url)
    expect(await channel.checkQueue("db-t-data")).toMatchObject({ messageCount: 1 })
    expect((await channel.get("db-t-data")) || {}).toMatchObject({ fields: { redelivered: true } })
  })

  test("comes again when it fails, and is set aside then; others are not held up", async (t) => {
    const { net, send, source } = await network(t, kind)
    const db = await started(net, GatedDb)
    db.before = (time) => {
      if (time === 2) return Promise.reject(new Error("bad luck"))
      if (time === 3 && db.begun.filter((begun) => begun === 3).length === 1) throw new Error("just once")
    }
    await send("t.a", 1)
    await source.sendChunk("t.a", { times: BigInt64Array.of(2n, 20n), values: Float64Array.of(2, 20) })
    await send("t.a", 3, 4)
    await eventually(() => db.stats.data.messages).toBe(4)
    expect(db.stored("t.a")).toBe(3)
    expect(db.begun.toSorted()).toEqual([1, 2, 2, 2, 3, 3, 4])
    expect(db.begun.indexOf(4)).toBeLessThan(db.begun.lastIndexOf(2))
    expect(db.aside).toEqual([["t.a", [2, 20], "bad luck"]])
    expect(db.stats.data).toMatchObject({ points: 3, setAside: 2, inWork: 0 })
  })

  test("and is no data, is counted and passed over", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb)
    const channel = await rawChannel(t, net.url)
    channel.publish(exchanges.data, "t.a", Buffer.from([0x0a, 0xff]))
    channel.publish(exchanges.data, "t.a", Buffer.alloc(0), { type: "end" })
    channel.publish(exchanges.data, "t.a", Buffer.alloc(0))
    await channel.checkExchange(exchanges.data)
    await send("t.a", 1)
    await eventually(() => db.stats.data).toMatchObject({ points: 1, messages: 4, malformed: 1 })
    expect(db.begun).toEqual([1])
  })

  test.for(["disk-full", "read-only", "io"])("waits at the broker while the storage says %s", async (code, t) => {
    const { net, send } = await network(t, kind)
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) }
    const db = await started(net, GatedDb, { prefetch: 10, logger })
    const channel = await rawChannel(t, net.url)
    let isFull = true
    db.before = (time) => {
      if (isFull && time > 2) throw storageError(code)
    }
    await send("t.a", ...numbers(1, 30))
    await eventually(() => db.stats.data).toMatchObject({ points: 2, messages: 2, inWork: 10, held: 10 })
    await eventually(async () => (await channel.checkQueue("db-t-data")).messageCount).toBe(18)
    // It is tried again, and nothing else meanwhile.
    await eventually(() => db.begun.length).toBeGreaterThan(4)
    expect(db.begun.length).toBeLessThan(20)
    isFull = false
    await eventually(() => db.stored("t.a")).toBe(30)
    await eventually(() => db.stats.data).toMatchObject({ messages: 30, setAside: 0, inWork: 0, held: 0 })
    expect(db.aside).toEqual([])
    expect(errors).toEqual(["the storage takes nothing: messages wait"])
  })

  test("is not pressed on a storage that takes a little now and then", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb)
    let room = 2
    db.before = (time) => {
      if (time <= 50 && room-- <= 0) throw storageError("disk-full")
    }
    const more = setInterval(() => {
      room = 3
    }, 5)
    t.onTestFinished(() => clearInterval(more))
    await send("t.a", ...numbers(1, 100))
    await eventually(() => db.stored("t.a")).toBe(100)
    // Not all that wait, each time.
    expect(db.begun.length).toBeLessThan(200)
  })

  test("and waits for the storage when the database stops, goes to the next one", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb)
    db.before = () => Promise.reject(storageError("disk-full"))
    await send("t.a", 1, 2, 3)
    await eventually(() => db.stats.data.held).toBe(3)
    await db.stop()
    const next = await started(net, GatedDb)
    await eventually(() => next.stored("t.a")).toBe(3)
    expect(db.stored("t.a")).toBe(0)
  })

  test("and is larger than there is memory for, comes in smaller portions", async (t) => {
    const { net, source } = await network(t, kind)
    const gate = new Deferred<void>()
    const warnings: unknown[] = []
    const logger: Logger = { ...silentLogger, warn: (...line) => warnings.push(line) }
    const db = await started(net, GatedDb, { maxBytes: 1_000_000, logger })
    db.before = () => gate.promise
    const chunk = (from: number) => ({
      times: BigInt64Array.from(numbers(from, from + 999), BigInt),
      values: new Float64Array(1000),
    })
    for (let i = 0; i < 400; i++) void source.sendChunk("t.a", chunk(i * 1000))
    await source.flush({ timeout: 20 })
    await eventually(() => JSON.stringify(warnings)).toMatch(/data connection db-t lost/)
    gate.resolve()
    await eventually(() => db.stored("t.a")).toBe(400_000)
    await eventually(() => db.stats.data.inWork).toBe(0)
  })
})

describeOnBrokers("a database whose connection was lost", (kind) => {
  test("goes on with everything that it had not acknowledged", async (t) => {
    const { net, source } = await network(t, kind)
    const db = await started(net, GatedDb, { prefetch: 50 })
    db.before = (time) => new Promise((resolve) => setTimeout(resolve, time % 7))
    const history = await net.history("history-t", { heartbeat: 1 })
    for (let i = 1; i <= 3000; i++) {
      source.send("t.a", at(i), i)
      if (i % 1000 !== 0) continue
      await eventually(() => db.stored("t.a")).toBeGreaterThan(i - 1000)
      net.broker.proxy.cut()
    }
    await eventually(() => db.stored("t.a")).toBe(3000)
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 3000 })
    await eventually(() => db.stats.data.inWork).toBe(0)
    await db.stop()
    const channel = await rawChannel(t, net.url)
    expect(await channel.checkQueue("db-t-data")).toMatchObject({ messageCount: 0 })
  })

  test("gives a storage that does not answer no more with each new connection", async (t) => {
    const { net, send } = await network(t, kind)
    const gate = new Deferred<void>()
    let restored = 0
    const info = (message: string) => void (message === "data connection db-t restored" && restored++)
    const db = await started(net, GatedDb, { prefetch: 5, logger: { ...silentLogger, info } })
    db.before = () => gate.promise
    await send("t.a", ...numbers(1, 20))
    await eventually(() => db.begun.length).toBe(5)
    for (const times of [1, 2, 3]) {
      net.broker.proxy.cut()
      await eventually(() => restored).toBe(times)
      await eventually(() => db.stats.data.inWork).toBe(5)
      expect(db.begun.length).toBe(10)
    }
    expect(db.stats.data.held).toBe(5)
    gate.resolve()
    await eventually(() => db.stored("t.a")).toBe(20)
    await eventually(() => db.stats.data).toMatchObject({ inWork: 0, held: 0 })
  })

  test("also over a kill of the broker, and over the loss of its queues", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, TestDb)
    const history = await net.history("history-t", { heartbeat: 1 })
    await net.broker.kill()
    await net.broker.start()
    await send("t.a", 1)
    await eventually(() => db.stored("t.a")).toBe(1)
    const channel = await rawChannel(t, net.url)
    await channel.deleteQueue("db-t-data")
    await channel.deleteQueue("db-t-hreq")
    let next = 2
    await eventually(async () => {
      await send("t.b", next++)
      return db.stored("t.b")
    }).toBeGreaterThan(0)
    await eventually(() => history.historyLastValue("t.b").catch(() => undefined)).toBeDefined()
  })
})

/** A database that answers with what the test wants. */
class AnsweringDb extends GatedDb {
  readonly contexts: HistoryContext[] = []
  answer: (metric: string, context: HistoryContext) => HistoryResponseParts | Promise<HistoryResponseParts> = () => ({})
  override onHistory(metric: string, _request: HistoryRequest, context?: HistoryContext) {
    this.contexts.push(context!)
    return this.answer(metric, context!)
  }
}

const point = { times: BigInt64Array.of(1n), values: Float64Array.of(7) }

/** Asks as no client of ours would, and collects the answers. */
async function rawClient(t: Scope, net: TestNetwork) {
  const channel = await rawChannel(t, net.url)
  const { queue } = await channel.assertQueue("raw-hrsp", { exclusive: true })
  const ask = (id: string, options = {}, body: Uint8Array = encodeHistoryRequest({ type: 2 })) =>
    channel.publish(exchanges.history, "t.a", Buffer.from(body), { correlationId: id, replyTo: queue, ...options })
  const answers = new Map<string, { error: string; headers: Record<string, unknown>; properties: object }>()
  const consume = () =>
    channel.consume(
      queue,
      (message) => {
        const { correlationId, headers = {} } = message!.properties
        const { error } = decodeHistoryResponse(message!.content)
        answers.set(correlationId, { error, headers, properties: message!.properties })
      },
      { noAck: true },
    )
  return { channel, ask, answers, consume }
}

describeOnBrokers("history requests", (kind) => {
  test("are answered while data waits for the storage", async (t) => {
    const { net, send } = await network(t, kind)
    const db = await started(net, GatedDb)
    db.before = () => new Promise(() => {})
    db.put("t.a", 1n, 7)
    await send("t.a", ...numbers(2, 500))
    await eventually(() => db.begun.length).toBe(499)
    const history = await net.history("history-t")
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 7 })
  })

  test("have their answers labelled as the original does", async (t) => {
    const { net } = await network(t, kind)
    await started(net, AnsweringDb)
    const { ask, answers, consume } = await rawClient(t, net)
    await consume()
    ask("1", { appId: "history-raw" })
    await eventually(() => answers.get("1")).toMatchObject({
      error: "",
      headers: {
        "x-request-duration": expect.stringMatching(/^\d+\.\d{6}$/),
        "x-processing-duration": expect.stringMatching(/^\d+\.\d{6}$/),
      },
      properties: { appId: "db-t", contentType: "application/json" },
    })
  })

  test("that are malformed get an error if they say where to; others are dropped", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, AnsweringDb)
    const { ask, answers, consume, channel } = await rawClient(t, net)
    await consume()
    ask("garbage", {}, Uint8Array.of(0x08, 0xff))
    ask("type", {}, Uint8Array.of(0x20, 9))
    ask("nowhere", { replyTo: undefined })
    for (const queue of ["management", "db-t-rpc", "db-t-data", "db-t-hreq"]) ask(queue, { replyTo: queue })
    ask("gone", { replyTo: "nobody-hrsp" })
    ask("good")
    await eventually(() => [...answers.keys()]).toEqual(["garbage", "type", "good"])
    expect(answers.get("garbage")).toMatchObject({
      error: expect.stringContaining("history request"),
      headers: { "x-metricq-code": "wire-truncated" },
    })
    expect(answers.get("type")).toMatchObject({ error: expect.stringContaining("no type 9") })
    expect(db.contexts).toHaveLength(2)
    await db.stop()
    expect(await channel.checkQueue("db-t-hreq")).toMatchObject({ messageCount: 0 })
  })

  test("are answered within their time; a handler that does not end keeps its place", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, AnsweringDb, { historyTimeout: 0.1, historyConcurrency: 2, stopTimeout: 0.3 })
    const history = await net.history("history-t")
    const stuck = new Deferred<HistoryResponseParts>()
    db.answer = () => stuck.promise
    await expect(history.historyLastValue("t.a")).rejects.toMatchObject({
      name: "HistoryError",
      code: "timeout",
      message: "db-t does not answer about t.a: the answer took longer than 0.1 s: ask for less",
    })
    expect(db.contexts[0]!.signal.aborted).toBe(true)
    db.answer = () => point
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 7 })
    db.answer = () => stuck.promise
    await expect(history.historyLastValue("t.a")).rejects.toMatchObject({ code: "timeout" })
    expect(db.stats.history.inWork).toBe(2)
    db.answer = () => point
    const waiting = history.historyLastValue("t.a")
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(db.contexts).toHaveLength(3)
    stuck.resolve({})
    expect(await waiting).toMatchObject({ value: 7 })
  })

  test("are worked on at once up to a limit", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, AnsweringDb, { historyConcurrency: 5 })
    const history = await net.history("history-t")
    let running = 0
    let most = 0
    db.answer = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
      return point
    }
    await Promise.all(numbers(1, 100).map(() => history.historyLastValue("t.a")))
    expect(most).toBe(5)
    expect(db.stats.history).toEqual({ answered: 100, failed: 0, inWork: 0 })
  })

  test("of somebody who does not read the answers, or is gone, hold up nobody", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, AnsweringDb)
    const large = { times: new BigInt64Array(20_000), values: new Float64Array(20_000) }
    db.answer = (_metric, { fromToken }) => (fromToken === "history-lazy" ? large : point)
    const { ask } = await rawClient(t, net)
    for (const id of numbers(1, 60)) ask(String(id), { appId: "history-lazy" })
    for (const id of numbers(1, 60)) ask(String(id), { appId: "history-lazy", replyTo: "gone-hrsp" })
    const history = await net.history("history-t")
    expect(await history.historyLastValue("t.a")).toMatchObject({ value: 7 })
    await eventually(() => db.stats.history.answered).toBe(121)
  })

  test("not finished when the database stops go to the next one; those of a lost connection are given up", async (t) => {
    const { net } = await network(t, kind)
    const db = await started(net, AnsweringDb, { stopTimeout: 0.4 })
    const history = await net.history("history-t", { heartbeat: 1 })
    db.answer = () => new Promise(() => {})
    const pending = history.historyLastValue("t.a")
    await eventually(() => db.contexts.length).toBe(1)
    net.broker.proxy.cut()
    await eventually(() => db.contexts.length).toBeGreaterThan(1)
    expect(db.contexts[0]!.signal.aborted).toBe(true)
    await db.stop()
    expect(db.contexts.at(-1)!.signal.aborted).toBe(true)
    const next = new AnsweringDb(net.clientOptions("db-t"))
    next.answer = () => point
    await net.connect(next)
    expect(await pending).toMatchObject({ value: 7 })
  })
})
