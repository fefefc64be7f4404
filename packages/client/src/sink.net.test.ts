import { type Columns, exchanges, type JsonObject, Timestamp } from "@metricq/protocol"
import { type BrokerKind, describeOnBrokers, startNetwork, type TestScope } from "@metricq/testkit"
import { connect as amqpConnect } from "amqplib"
import { expect, test } from "vitest"
import { Drain } from "./drain.js"
import { DurableSink } from "./durable-sink.js"
import { silentLogger } from "./logger.js"
import { Sink } from "./sink.js"
import { Source } from "./source.js"
import { Subscriber } from "./subscriber.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

type Point = [metric: string, ns: number, value: number]

const at = (n: number) => Timestamp.fromNs(BigInt(n))
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Keeps what it gets. */
class Keeper extends Sink {
  readonly points: Point[] = []
  override onData(metric: string, time: Timestamp, value: number): void | Promise<void> {
    this.points.push([metric, Number(time.posixNs), value])
  }
  get times(): number[] {
    return this.points.map(([, ns]) => ns)
  }
}

async function network(t: TestScope & Scope, kind: BrokerKind, dataVhost = false) {
  const net = await startNetwork(t, { kind, dataVhost })
  const configure = (token: string, config: JsonObject) => net.configure(token, config)
  const options = { url: net.url, logger: silentLogger, heartbeat: 1 }
  await configure("source-t", {})
  const source = new Source({ ...options, token: "source-t" })
  t.onTestFinished(() => source.stop())
  await source.connect()
  await source.declareMetrics({ "t.a": { unit: "W" }, "t.b": {} })
  /** Sends one-point messages, and waits until the broker has them. */
  const send = async (metric: string, ...times: number[]) => {
    for (const time of times) source.send(metric, at(time), time)
    await source.flush({ timeout: 20 })
  }
  const sink = <S extends Sink>(made: S): Promise<S> => net.connect(made)
  return { broker: net.broker, admin: await net.adminClient(), configure, source, send, sink, options }
}

/** A channel of our own, to send what no source would. */
async function rawChannel(t: Scope, url: string) {
  const connection = await amqpConnect(url)
  t.onTestFinished(() => connection.close().catch(() => {}))
  connection.on("error", () => {})
  return connection.createChannel()
}

describeOnBrokers("a sink", (kind) => {
  test("gets metadata, and every point from then on in order", async (t) => {
    const { send, sink, source, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    const metadata = await keeper.subscribe(["t.a", "t.unknown"])
    expect(metadata).toMatchObject({ "t.a": { unit: "W", source: "source-t" }, "t.unknown": null })
    await send("t.b", 1)
    await send("t.a", ...numbers(1, 1000))
    source.sendChunk("t.a", { times: new BigInt64Array([1001n, 1002n]), values: new Float64Array([1001, Number.NaN]) })
    await expect.poll(() => keeper.points.length).toBe(1002)
    expect(keeper.times).toEqual(numbers(1, 1002))
    expect(keeper.points[0]).toEqual(["t.a", 1, 1])
    expect(keeper.points.at(-1)).toEqual(["t.a", 1002, Number.NaN])
    expect(keeper.stats).toEqual({ points: 1002, messages: 1001, duplicates: 0, setAside: 0, malformed: 0 })
  })

  test("adds and ends subscriptions on one queue, also with another wish for its life time", async (t) => {
    const { send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"], { expires: 60 })
    const { queue } = keeper
    await keeper.subscribe(["t.b"], { expires: 30, metadata: false })
    expect(keeper.queue).toBe(queue)
    await send("t.a", 1)
    await send("t.b", 2)
    await expect.poll(() => keeper.points.length).toBe(2)
    await keeper.unsubscribe(["t.a"])
    await send("t.a", 3)
    await send("t.b", 4)
    await expect.poll(() => keeper.times).toEqual([1, 2, 4])
  })

  test("works with the data in a vhost of its own, over a lost connection, too", async (t) => {
    const { broker, send, sink, options } = await network(t, kind, true)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"], { keep: 60 })
    await send("t.a", 1)
    await expect.poll(() => keeper.times).toEqual([1])
    broker.proxy.cut()
    await send("t.a", 2)
    await expect.poll(() => keeper.times).toEqual([1, 2])
  })

  test("takes patterns of the broker", async (t) => {
    const { send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.#"])
    await send("t.b", 1)
    await expect.poll(() => keeper.points).toEqual([["t.b", 1, 1]])
  })

  test("has columns for those who want them, asynchronous handlers in order", async (t) => {
    const { source, sink, options } = await network(t, kind)
    const seen: number[] = []
    let running = 0
    const columnar = await sink(
      new (class extends Sink {
        override async onChunk(_metric: string, { times, values }: Columns) {
          expect(++running).toBe(1)
          await new Promise((resolve) => setImmediate(resolve))
          seen.push(...Array.from(times, Number))
          expect([...values]).toEqual(Array.from(times, Number))
          running--
        }
      })({ ...options, token: "sink-t" }),
    )
    await columnar.subscribe(["t.a"])
    for (let i = 0; i < 50; i++) {
      const times = numbers(1 + 10 * i, 10 + 10 * i)
      source.sendChunk("t.a", { times: new BigInt64Array(times.map(BigInt)), values: new Float64Array(times) })
    }
    await expect.poll(() => seen.length).toBe(500)
    expect(seen).toEqual(numbers(1, 500))
  })

  test("asks for a list, and says what else is wrong", async (t) => {
    const { sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await expect(keeper.subscribe("t.a" as unknown as string[])).rejects.toMatchObject({ code: "metrics" })
    await expect(keeper.subscribe(["t.a"], { expires: 0 })).rejects.toMatchObject({ code: "duration" })
    await keeper.subscribe(["t.a"])
  })
})

describeOnBrokers("acknowledgement", (kind) => {
  test("comes after the handler: what was not finished is delivered to the next one", async (t) => {
    const { send, sink, options, broker } = await network(t, kind)
    const begun: number[] = []
    const stuck = await sink(
      new (class extends Sink {
        override onData(_metric: string, time: Timestamp): Promise<void> | void {
          begun.push(Number(time.posixNs))
          if (begun.length === 3) return new Promise(() => {})
        }
      })({ ...options, token: "sink-stuck" }),
    )
    await stuck.subscribe(["t.a"], { keep: 60 })
    await send("t.a", 1, 2, 3, 4)
    await expect.poll(() => begun).toEqual([1, 2, 3])
    await stuck.stop(new Error("so that its queue stays"))
    const channel = await rawChannel(t, broker.url)
    const next = await channel.get(stuck.queue!)
    expect(next || undefined).toBeDefined()
    expect((next || undefined)?.fields).toMatchObject({ redelivered: true, routingKey: "t.a" })
    expect((await channel.checkQueue(stuck.queue!)).messageCount).toBe(1)
  })

  test("a failing handler is tried again, then the message is set aside; the next one is not held up", async (t) => {
    const { source, sink, send, options } = await network(t, kind)
    const calls: Point[] = []
    const aside: unknown[] = []
    const failing = await sink(
      new (class extends Keeper {
        override onData(metric: string, time: Timestamp, value: number): void {
          calls.push([metric, Number(time.posixNs), value])
          if (value === 13) throw new Error("bad luck")
          if (value === 7 && calls.filter(([, , v]) => v === 7).length === 1) throw new Error("just once")
          super.onData(metric, time, value)
        }
        override onSetAside(metric: string, columns: Columns, error: unknown): void {
          aside.push([metric, [...columns.values], (error as Error).message])
        }
      })({ ...options, token: "sink-t" }),
    )
    await failing.subscribe(["t.a"])
    source.sendChunk("t.a", { times: new BigInt64Array([1n, 2n, 3n]), values: new Float64Array([1, 7, 3]) })
    source.sendChunk("t.a", { times: new BigInt64Array([4n, 5n]), values: new Float64Array([13, 5]) })
    await send("t.a", 6)
    await expect.poll(() => failing.times, { timeout: 5000 }).toEqual([1, 2, 3, 6])
    expect(calls.filter(([, , value]) => value === 13)).toHaveLength(3)
    expect(aside).toEqual([["t.a", [13, 5], "bad luck"]])
    expect(failing.stats).toMatchObject({ points: 4, setAside: 2 })
    await expect.poll(() => failing.stats.messages).toBe(3)
  })

  test("a message that is no data is counted and passed over", async (t) => {
    const { broker, send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"])
    const channel = await rawChannel(t, broker.url)
    channel.publish(exchanges.data, "t.a", Buffer.from([0x0a, 0xff]))
    channel.publish(exchanges.data, "t.a", Buffer.alloc(0), { type: "end" })
    channel.publish(exchanges.data, "t.a", Buffer.alloc(0))
    await channel.checkExchange(exchanges.data)
    await send("t.a", 1)
    await expect.poll(() => keeper.times).toEqual([1])
    await expect.poll(() => keeper.stats).toMatchObject({ malformed: 1, messages: 4 })
  })
})

describeOnBrokers("repeated messages", (kind) => {
  test("those delivered or sent again bring no point twice, and data of the past passes", async (t) => {
    const { broker, send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"])
    await send("t.a", 10, 11)
    await expect.poll(() => keeper.times).toEqual([10, 11])
    const channel = await rawChannel(t, broker.url)
    const chunk = Buffer.from("0a020a01" + "1210" + "0000000000001440" + "0000000000001840", "hex")
    const publish = (headers: object) => channel.publish(exchanges.data, "t.a", chunk, { headers })
    publish({ "x-metricq-resend": true }) // 10, 11 again
    publish({}) // 10, 11 as new: a source may send what it likes
    await channel.checkExchange(exchanges.data)
    await send("t.a", 5, 6)
    await expect.poll(() => keeper.times).toEqual([10, 11, 10, 11, 5, 6])
    expect(keeper.stats.duplicates).toBe(2)
  })

  test("after a cut in the middle of everything, with keep, each point comes exactly once", async (t) => {
    const { broker, source, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t", prefetch: 50 }))
    await keeper.subscribe(["t.a"], { keep: 60 })
    for (let i = 1; i <= 5000; i++) {
      source.send("t.a", at(i), i)
      if (i % 1000 === 0) {
        await expect.poll(() => keeper.points.length).toBeGreaterThan(i - 1000)
        broker.proxy.cut()
      }
    }
    await source.flush({ timeout: 20 })
    await expect.poll(() => keeper.points.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(5000)
    expect(keeper.times).toEqual(numbers(1, 5000))
  })
})

describeOnBrokers("a sink whose connection was lost", (kind) => {
  test("subscribes everything again, and with keep misses nothing", async (t) => {
    const { broker, source, send, sink, options } = await network(t, kind)
    const keeping = await sink(new Keeper({ ...options, token: "sink-keep" }))
    await keeping.subscribe(["t.a"], { keep: 60, expires: 60 })
    await keeping.subscribe(["t.b"])
    const plain = await sink(new Keeper({ ...options, token: "sink-plain" }))
    await plain.subscribe(["t.a"], { expires: 60 })
    await plain.subscribe(["t.b"])
    await send("t.a", 1)
    await expect.poll(() => [keeping.points.length, plain.points.length]).toEqual([1, 1])
    const { queue } = plain
    broker.proxy.cut()
    for (let i = 2; i <= 100; i++) source.send("t.a", at(i), i)
    await source.flush({ timeout: 20 })
    await expect.poll(() => keeping.times.length, { timeout: 10_000 }).toBe(100)
    expect(keeping.times).toEqual(numbers(1, 100))
    // The plain one is back when it gets what is sent again and again.
    let next = 1000
    await expect
      .poll(async () => {
        await send("t.b", next++)
        return plain.points.some(([metric]) => metric === "t.b")
      })
      .toBe(true)
    expect(plain.queue).toBe(queue)
  })

  test("over a restart of the broker, too", async (t) => {
    const { broker, send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"])
    await broker.kill()
    await broker.start()
    let next = 1
    await expect
      .poll(
        async () => {
          await send("t.a", next++)
          return keeper.points.length
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(0)
  })

  test("or whose queue was deleted under it, gets a new one", async (t) => {
    const { broker, send, sink, options } = await network(t, kind)
    const keeper = await sink(new Keeper({ ...options, token: "sink-t" }))
    await keeper.subscribe(["t.a"])
    const channel = await rawChannel(t, broker.url)
    await channel.deleteQueue(keeper.queue!)
    let next = 1
    await expect
      .poll(async () => {
        await send("t.a", next++)
        return keeper.points.length
      })
      .toBeGreaterThan(0)
  })

  test("with keep its queue is deleted on a clean stop, and only then", async (t) => {
    const { broker, sink, options } = await network(t, kind)
    const clean = await sink(new Keeper({ ...options, token: "sink-t" }))
    await clean.subscribe(["t.a"], { keep: 60 })
    await clean.stop()
    const channel = await rawChannel(t, broker.url)
    channel.on("error", () => {})
    await expect(channel.checkQueue(clean.queue!)).rejects.toMatchObject({ code: 404 })
  })
})

describeOnBrokers("a durable sink", (kind) => {
  test("keeps its token, is configured, and says when it has no configuration", async (t) => {
    const { admin, configure, send, sink, options } = await network(t, kind)
    class Configured extends DurableSink<{ metrics: string[] }> {
      readonly times: number[] = []
      override async onConfig({ metrics }: { metrics: string[] }): Promise<void> {
        await this.subscribe(metrics)
      }
      override onData(_metric: string, time: Timestamp): void {
        this.times.push(Number(time.posixNs))
      }
    }
    await expect(new Configured({ ...options, token: "sink-none" }).connect()).rejects.toMatchObject({
      code: "no-configuration",
    })
    await configure("sink-d", { metrics: ["t.a"] })
    const durable = await sink(new Configured({ ...options, token: "sink-d" }))
    expect(durable.token).toBe("sink-d")
    await send("t.a", 1)
    expect(await admin.rpcTo("sink-d", "config", { metrics: ["t.b"] })).toEqual({})
    await send("t.b", 2)
    await expect.poll(() => durable.times).toEqual([1, 2])
  })
})

describeOnBrokers("subscriber and drain", (kind) => {
  test("hand over everything between them, in order, and nothing else", async (t) => {
    const { source, send, options, admin } = await network(t, kind)
    await send("t.a", 0)
    const subscriber = new Subscriber({ ...options, token: "sink-s", metrics: ["t.a", "t.b"], expires: "1min" })
    await subscriber.connect()
    expect(subscriber.metadata).toMatchObject({ "t.a": { unit: "W" }, "t.b": {} })
    source.chunkSize = 7
    for (let i = 1; i <= 2000; i++) source.send(i % 2 ? "t.a" : "t.b", at(i), i)
    await source.flush({ timeout: 10 })
    const received: number[] = []
    for await (const [metric, time, value] of subscriber.collectData()) {
      expect(metric).toBe(value % 2 ? "t.a" : "t.b")
      if (received.length === 0) await send("t.a", 5000)
      received.push(Number(time.posixNs))
    }
    expect(received.sort((a, b) => a - b)).toEqual(numbers(1, 2000))
    await expect(admin.rpc("sink.unsubscribe", { dataQueue: subscriber.queue, metrics: [] })).rejects.toThrow(
      /NOT_FOUND|no queue/,
    )
  })

  test("a drain may be connected before; leaving the loop early stops it; an empty queue has no points", async (t) => {
    const { send, options } = await network(t, kind)
    const subscriber = new Subscriber({ ...options, token: "sink-s", metrics: ["t.a"], expires: 60 })
    await subscriber.connect()
    await send("t.a", ...numbers(1, 100))
    const drain = subscriber.drain()
    await drain.connect()
    for await (const [, time] of drain) if (time.posixNs === 3n) break
    await drain.stopped()
    const empty = new Subscriber({ ...options, token: "sink-e", metrics: ["t.b"], expires: 60 })
    await empty.connect()
    for await (const point of empty.collectData()) expect.fail(`nothing was sent, but ${String(point)} came`)
  })

  test("a queue that is gone is told as such", async (t) => {
    const { options } = await network(t, kind)
    const drain = new Drain({ ...options, token: "sink-d", queue: "sink-d-nix-data", metrics: ["t.a"] })
    await expect(drain[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "queue-gone" })
    expect(() => new Subscriber({ ...options, token: "s", metrics: [], expires: 1 })).toThrow(/needs metrics/)
    expect(() => new Subscriber({ ...options, token: "s", metrics: ["a"], expires: 0 })).toThrow(/longer than zero/)
  })
})
