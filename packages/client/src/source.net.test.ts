import { decodeDataChunk, exchanges, type JsonObject, Timestamp } from "@metricq/protocol"
import { type BrokerKind, describeOnBrokers, startNetwork, type TestBroker, type TestScope } from "@metricq/testkit"
import { connect as amqpConnect } from "amqplib"
import { expect, test } from "vitest"
import { AgentStopped } from "./errors.js"
import { IntervalSource } from "./interval-source.js"
import { type Logger, silentLogger } from "./logger.js"
import { Sink } from "./sink.js"
import { Source, type SourceOptions } from "./source.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const at = (n: number) => Timestamp.fromNs(BigInt(n))

class Plain extends Source<{ metrics?: string[] }> {
  configs: unknown[] = []
  override async onConfig(config: { metrics?: string[] }): Promise<void> {
    this.configs.push(config)
    await this.declareMetrics(config.metrics ?? ["t.a"])
  }
}

async function network(t: TestScope, kind: BrokerKind) {
  const net = await startNetwork(t, { kind })
  const configure = (token: string, config: JsonObject) => net.configure(token, config)
  const options = { url: net.url, logger: silentLogger, heartbeat: 1 }
  return { broker: net.broker, admin: await net.adminClient(), configure, options }
}

/** A queue of our own that gets every message of the data exchange. */
async function tap(t: Scope, broker: TestBroker) {
  const connection = await amqpConnect(broker.url)
  t.onTestFinished(() => connection.close().catch(() => {}))
  connection.on("error", () => {})
  const channel = await connection.createChannel()
  await channel.assertQueue("tap", { durable: true })
  await channel.bindQueue("tap", exchanges.data, "#")
  return channel
}

async function drainTap(channel: Awaited<ReturnType<typeof tap>>) {
  const messages: { metric: string; points: [number, number][]; headers: object; deliveryMode: unknown }[] = []
  for (
    let message = await channel.get("tap", { noAck: true });
    message;
    message = await channel.get("tap", { noAck: true })
  ) {
    const { times, values } = decodeDataChunk(message.content)
    const points = [...times].map((time, i): [number, number] => [Number(time), values[i]!])
    const { headers = {}, deliveryMode } = message.properties
    messages.push({ metric: message.fields.routingKey, points, headers, deliveryMode })
  }
  return messages
}

async function started(t: Scope, options: SourceOptions): Promise<Plain> {
  const source = new Plain(options)
  t.onTestFinished(() => source.stop())
  await source.connect()
  return source
}

describeOnBrokers("a source", (kind) => {
  test("registers, is configured, declares, and sends", async (t) => {
    const { broker, admin, configure, options } = await network(t, kind)
    await configure("source-t", { metrics: ["t.a", "t.b"] })
    const channel = await tap(t, broker)
    const source = new Plain({ ...options, token: "source-t" })
    t.onTestFinished(() => source.stop())
    source.metric("t.b").chunkSize = 2
    await source.connect()
    expect(source.configs).toMatchObject([{ metrics: ["t.a", "t.b"], _id: "source-t" }])
    expect(source.config.metrics).toEqual(["t.a", "t.b"])
    source.send("t.a", at(1), 1.5)
    source.send("t.b", at(1), 1)
    source.send("t.b", at(2), 2)
    source.send("t.b", at(3), 3)
    source.sendChunk("t.b", { times: new BigInt64Array([4n, 5n]), values: new Float64Array([4, Number.NaN]) })
    await source.flush({ timeout: 10 })
    expect(await drainTap(channel)).toEqual([
      { metric: "t.a", points: [[1, 1.5]], headers: {}, deliveryMode: 2 },
      {
        metric: "t.b",
        points: [
          [1, 1],
          [2, 2],
        ],
        headers: {},
        deliveryMode: 2,
      },
      { metric: "t.b", points: [[3, 3]], headers: {}, deliveryMode: 2 },
      {
        metric: "t.b",
        points: [
          [4, 4],
          [5, Number.NaN],
        ],
        headers: {},
        deliveryMode: 2,
      },
    ])
    expect(await admin.getMetrics()).toMatchObject({
      "t.a": { chunkSize: 1, source: "source-t" },
      "t.b": { chunkSize: 2 },
    })
    expect(source.stats).toEqual({ held: 0, delivered: 6, dropped: 0, unconfirmed: 0, refused: 0 })
  })

  test("without a configuration it says how to write one", async (t) => {
    const { options } = await network(t, kind)
    const source = new Plain({ ...options, token: "source-none" })
    await expect(source.connect()).rejects.toMatchObject({
      name: "ConnectFailed",
      code: "no-configuration",
      message: expect.stringContaining("metricq config set source-none FILE"),
    })
    await expect(source.stopped()).rejects.toBeInstanceOf(AgentStopped)
  })

  test("takes a new configuration while it runs, and tells what is wrong with one", async (t) => {
    const { admin, configure, options } = await network(t, kind)
    await configure("source-t", { metrics: ["t.a"] })
    const source = await started(t, { ...options, token: "source-t" })
    expect(await admin.rpcTo("source-t", "config", { metrics: ["t.c"] })).toEqual({})
    expect(source.config.metrics).toEqual(["t.c"])
    source.send("t.c", at(1), 1)
    await expect(admin.rpcTo("source-t", "config", { metrics: ["t.*"] })).rejects.toThrow(/wildcard/)
  })

  test("refuses bad names and what is not declared, at once", async (t) => {
    const { configure, options } = await network(t, kind)
    await configure("source-t", {})
    const source = await started(t, { ...options, token: "source-t" })
    expect(() => source.send("t.x", at(1), 1)).toThrow(/t\.x has not been declared/)
    expect(() => source.send("t.#", at(1), 1)).toThrow(/cannot be the name/)
    await expect(source.declareMetrics(["a\nb"])).rejects.toMatchObject({ code: "metric-name" })
  })

  test("an object of metadata given by the caller is not changed", async (t) => {
    const { configure, options } = await network(t, kind)
    await configure("source-t", {})
    const source = await started(t, { ...options, token: "source-t" })
    const metadata = { unit: "W" }
    await source.declareMetrics({ "t.m": metadata })
    expect(metadata).toEqual({ unit: "W" })
  })
})

describeOnBrokers("points of a source", (kind) => {
  test("that were sent while the broker was down arrive once it is back, in order", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t" })
    source.send("t.a", at(1), 1)
    await source.flush({ timeout: 10 })
    expect(await drainTap(channel)).toHaveLength(1)
    await broker.kill()
    for (let i = 2; i <= 500; i++) source.send("t.a", at(i), i)
    await expect(source.flush({ timeout: 0.1 })).rejects.toMatchObject({ name: "PublishFailed", code: "flush-timeout" })
    expect(source.stats.held).toBe(499)
    await broker.start()
    await source.flush({ timeout: 20 })
    const received = await drainTap(await tap(t, broker))
    expect(received.map(({ points }) => points[0]![0])).toEqual(Array.from({ length: 499 }, (_, i) => i + 2))
  })

  test("that were in flight are sent again, marked, so that none is missing", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t" })
    // Confirms do not come back: the source cannot know what has arrived.
    broker.proxy.pause("down")
    for (let i = 1; i <= 100; i++) source.send("t.a", at(i), i)
    await new Promise((resolve) => setTimeout(resolve, 100))
    broker.proxy.cut()
    broker.proxy.heal()
    await source.flush({ timeout: 20 })
    const received = await drainTap(await tap(t, broker))
    const again = received.filter(({ headers }) => "x-metricq-resend" in headers)
    expect(again.map(({ points }) => points[0]![0])).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(new Set(received.map(({ points }) => points[0]![0])).size).toBe(100)
    channel.removeAllListeners()
  })

  test("appended while a chunk is on its way are in the next one", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t" })
    source.chunkSize = null
    const metric = source.metric("t.a")
    const flushes: Promise<void>[] = []
    for (let i = 1; i <= 1000; i++) {
      metric.append(at(i), i)
      if (i % 7 === 0) flushes.push(metric.flush())
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all([...flushes, source.flush({ timeout: 10 })])
    const times = (await drainTap(channel)).flatMap(({ points }) => points.map(([time]) => time))
    expect(times).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
  })

  test("that wait for their chunk are flushed on stop", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t" })
    source.chunkSize = 10
    for (let i = 1; i <= 13; i++) source.send("t.a", at(i), i)
    await source.stop()
    expect((await drainTap(channel)).map(({ points }) => points.length)).toEqual([10, 3])
    expect(() => source.send("t.a", at(14), 1)).not.toThrow()
    await expect(source.flush()).rejects.toThrow(/stopped/)
  })

  test("that no broker takes are counted, and do not hold up stop() beyond its time", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) }
    const source = await started(t, { ...options, token: "source-t", logger, stopTimeout: 0.8 })
    broker.proxy.refuse()
    broker.proxy.cut()
    for (let i = 1; i <= 42; i++) source.send("t.a", at(i), i)
    const before = performance.now()
    await source.stop()
    expect(performance.now() - before).toBeLessThan(1500)
    expect(errors.join()).toMatch(/42 points/)
  })

  test("travel without confirms, and not persistent, when asked to", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t", durability: "transient" })
    for (let i = 1; i <= 3000; i++) source.send("t.a", at(i), i)
    await source.flush({ timeout: 10 })
    const received = await drainTap(channel)
    expect(received).toHaveLength(3000)
    expect(received[0]!.deliveryMode).not.toBe(2)
  })

  test("that one by one exceed what the connection takes are held back, and none is lost", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", {})
    const channel = await tap(t, broker)
    const source = await started(t, { ...options, token: "source-t" })
    broker.proxy.pause("up")
    const block = { times: new BigInt64Array(2000), values: new Float64Array(2000) }
    for (let i = 0; i < 1000; i++) {
      block.times.fill(BigInt(i))
      source.sendChunk("t.a", block)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(source.stats.held).toBe(2_000_000)
    broker.proxy.heal()
    await source.flush({ timeout: 20 })
    expect((await channel.checkQueue("tap")).messageCount).toBe(1000)
  })

  test("a message that the broker refuses for ever is given up after five times, and the others arrive", async (t) => {
    const { broker, configure, options } = await network(t, kind)
    await configure("source-t", { metrics: ["t.a", "t.poison"] })
    const channel = await tap(t, broker)
    const errors: string[] = []
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) }
    const source = new (class extends Plain {})({ ...options, token: "source-t", logger })
    t.onTestFinished(() => source.stop())
    await source.connect()
    // Only the broker knows that a message is poison: here, that its routing key is longer than AMQP allows.
    const poison = source.metric("t.poison") as { id: string }
    poison.id = "x".repeat(300)
    source.send("t.a", at(1), 1)
    source.send("t.poison", at(1), 1)
    source.send("t.a", at(2), 2)
    await source.flush({ timeout: 20 }).catch(() => {})
    const received = await drainTap(await tap(t, broker).catch(() => channel))
    expect(new Set(received.map(({ points }) => points[0]![0]))).toEqual(new Set([1, 2]))
    expect(source.stats).toMatchObject({ refused: 1, held: 0 })
    expect(errors.some((message) => /refuses a message/.test(message))).toBe(true)
  })
})

describeOnBrokers("an interval source", (kind) => {
  class Ticking extends IntervalSource {
    times: bigint[] = []
    onTick: (count: number) => void | Promise<void> = () => {}
    override async onConfig(): Promise<void> {
      this.period = 0.002
      await this.declareMetrics(["t.tick"])
    }
    async update(time: Timestamp): Promise<void> {
      this.times.push(time.posixNs)
      this.send("t.tick", time, this.times.length)
      await this.onTick(this.times.length)
    }
  }

  async function ticking(t: TestScope & Scope): Promise<Ticking> {
    const { configure, options } = await network(t, kind)
    await configure("source-tick", {})
    const source = new Ticking({ ...options, token: "source-tick" })
    t.onTestFinished(() => source.stop())
    return source
  }

  test("updates once a period, at nominal times; stop() inside update ends it", async (t) => {
    const source = await ticking(t)
    source.onTick = async (count) => {
      if (count === 50) await source.stop()
    }
    await source.run({ signals: [] })
    const steps = source.times.slice(1).map((time, i) => time - source.times[i]!)
    expect(source.times).toHaveLength(50)
    expect(steps.every((step) => step % 2_000_000n === 0n)).toBe(true)
    expect(source.stats).toMatchObject({ delivered: 50, held: 0 })
  })

  test("what update throws stops it, and run() says so", async (t) => {
    const source = await ticking(t)
    source.onTick = (count) => {
      if (count === 3) throw new Error("sensor on fire")
    }
    await expect(source.run({ signals: [] })).rejects.toMatchObject({
      name: "AgentStopped",
      cause: { message: "sensor on fire" },
    })
  })

  test("a new period by configuration counts at once", async (t) => {
    const source = await ticking(t)
    await source.connect()
    source.period = 3600
    await expect.poll(() => source.times.length).toBeGreaterThan(0)
    source.period = "1ms"
    await source.rpcTo("source-tick", "config", {})
    const count = source.times.length
    await expect.poll(() => source.times.length).toBeGreaterThan(count + 10)
  })

  test("a configuration that gives no possible period is refused, and the source goes on", async (t) => {
    const { configure, options } = await network(t, kind)
    await configure("source-p", { rate: 1000 })
    let updates = 0
    class Rated extends IntervalSource<{ rate: number }> {
      override onConfig({ rate }: { rate: number }): void {
        this.period = 1 / rate
      }
      update(): void {
        updates++
      }
    }
    const source = new Rated({ ...options, token: "source-p" })
    t.onTestFinished(() => source.stop())
    await source.connect()
    const refusal = /period of an interval source must be a duration longer than zero, not Infinity/
    await expect(source.rpcTo("source-p", "config", { rate: 0 })).rejects.toThrow(refusal)
    expect(source.config).toMatchObject({ rate: 1000 })
    const before = updates
    await expect.poll(() => updates).toBeGreaterThan(before)
  })

  test("without a period it says where to set one", async (t) => {
    const { configure, options } = await network(t, kind)
    await configure("source-p", {})
    class NoPeriod extends IntervalSource {
      update(): void {}
    }
    const source = new NoPeriod({ ...options, token: "source-p" })
    await expect(source.run({ signals: [] })).rejects.toThrow(/set this.period in onConfig/)
  })
})

describeOnBrokers("stop() inside a callback", (kind) => {
  test("onConfig, task, an RPC handler and onData: the run ends well each time", async (t) => {
    const { configure, options } = await network(t, kind)
    await configure("source-s", {})
    const inConfig = new (class extends Source {
      override async onConfig() {
        await this.stop()
      }
    })({ ...options, token: "source-s" })
    await inConfig.run({ signals: [] })

    const inTask = new (class extends Source {
      override async task() {
        await new Promise((resolve) => setImmediate(resolve))
        await this.stop()
      }
    })({ ...options, token: "source-s" })
    await inTask.run({ signals: [] })

    const inHandler = new Source({ ...options, token: "source-s" })
    inHandler.handle("stop", async () => {
      await inHandler.stop()
    })
    await inHandler.connect()
    inHandler.rpcTo("source-s", "stop").catch(() => {})
    await inHandler.stopped()

    const source = await started(t, { ...options, token: "source-s" })
    for (const wait of [false, true]) {
      const inData = new (class extends Sink {
        override onData(): void | Promise<void> {
          if (!wait) return void this.stop()
          return new Promise((resolve) => setImmediate(resolve)).then(() => this.stop())
        }
      })({ ...options, token: "sink-s" })
      await inData.connect()
      await inData.subscribe(["t.a"])
      source.send("t.a", at(1), 1)
      await inData.stopped()
    }
  })
})
