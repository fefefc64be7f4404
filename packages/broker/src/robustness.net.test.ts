import { type ChannelModel, type ConfirmChannel, connect } from "amqplib"
import { describe, expect, type TestContext, test } from "vitest"
import { Broker } from "./broker.js"
import type { BrokerOptions } from "./options.js"
import { constants } from "./spec/constants.js"
import { contentHeader, frame, PREAMBLE, RawClient } from "./testing/raw-client.js"
import { encodeMethodFrame } from "./wire/method-codec.js"
import { emptyTable, tableOf } from "./wire/table.js"

/** Someone who does nothing wrong, and must not notice what others do. */
class Bystander {
  readonly #channel: ConfirmChannel
  readonly #queue: string

  private constructor(channel: ConfirmChannel, queue: string) {
    this.#channel = channel
    this.#queue = queue
  }

  static async of(connection: ChannelModel): Promise<Bystander> {
    const channel = await connection.createConfirmChannel()
    const { queue } = await channel.assertQueue("", { exclusive: true })
    return new Bystander(channel, queue)
  }

  /** Sends itself a message and takes it. */
  async check(): Promise<void> {
    this.#channel.sendToQueue(this.#queue, Buffer.from("hello"))
    await this.#channel.waitForConfirms()
    expect(await this.#channel.get(this.#queue, { noAck: true })).toMatchObject({ content: Buffer.from("hello") })
  }
}

async function start(
  t: TestContext,
  options: BrokerOptions = {},
): Promise<{ broker: Broker; bystander: Bystander; warnings: string[] }> {
  const warnings: string[] = []
  const note = (message: string, fields?: Record<string, unknown>) =>
    void warnings.push(`${message}: ${fields?.reason ?? fields?.error}`)
  const logger = { debug() {}, info() {}, warn: note, error: note }
  const broker = new Broker({ port: 0, logger, ...options })
  await broker.start()
  t.onTestFinished(() => broker.stop())
  return { broker, bystander: await Bystander.of(await connect(broker.url)), warnings }
}

/** Waits until something about the broker is so. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const publish = encodeMethodFrame(1, "basic.publish", {
  exchange: "",
  routingKey: "x",
  mandatory: false,
  immediate: false,
})
const header = (size: number, properties?: Buffer) => frame(constants.frameHeader, 1, contentHeader(size, properties))
const body = (text: string) => frame(constants.frameBody, 1, Buffer.from(text))
const method = (...bytes: number[]) => frame(constants.frameMethod, 1, Buffer.from(bytes))
const withoutEnd = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([0])])

describe("malformed input closes the connection that it comes from, with a reason, and no other", () => {
  const cases: [string, Buffer[], RegExp][] = [
    ["a frame without end mark", [withoutEnd(body("x"))], /^connection\.close 501 FRAME_ERROR - frame end mark is 0/],
    [
      "a frame above the agreed size",
      [Buffer.from([3, 0, 1, 0x7f, 0xff, 0xff, 0xff])],
      /501 FRAME_ERROR .*larger than the limit/,
    ],
    ["a frame of an unknown type", [frame(5, 1, Buffer.from("x"))], /501 FRAME_ERROR - frame of unknown type 5/],
    ["a heartbeat on a channel", [frame(5, 0, Buffer.alloc(0))], /505 UNEXPECTED_FRAME/],
    ["a method frame too short for a method", [method(0, 60)], /502 SYNTAX_ERROR/],
    ["an unknown method", [method(0, 60, 0, 99)], /540 NOT_IMPLEMENTED - unknown method 60,99/],
    [
      "a method that only brokers send",
      [encodeMethodFrame(1, "basic.qos-ok", {})],
      /503 COMMAND_INVALID - unimplemented method 60,11$/,
    ],
    ["a method with bytes missing", [method(0, 50, 0, 10, 0, 0, 5, 97)], /502 SYNTAX_ERROR .* 50,10$/],
    [
      "a method with bytes left over",
      [method(0, 85, 0, 10, 0, 9)],
      /502 SYNTAX_ERROR - 1 bytes too many in confirm\.select/,
    ],
    ["a publish with bytes missing", [method(0, 60, 0, 40, 0, 0, 5)], /502 SYNTAX_ERROR - malformed basic\.publish/],
    [
      "a table that claims more than there is",
      [method(0, 60, 0, 20, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)],
      /502 SYNTAX_ERROR/,
    ],
    [
      "a header without a publish",
      [header(0)],
      /505 UNEXPECTED_FRAME - expected method frame, got non method frame instead 0,0$/,
    ],
    ["a body without a publish", [body("x")], /505 UNEXPECTED_FRAME - expected method frame/],
    [
      "a body in place of a header",
      [publish, body("x")],
      /505 UNEXPECTED_FRAME - expected content header for class 60.* 60,40$/,
    ],
    [
      "a method in place of a header",
      [publish, publish],
      /505 UNEXPECTED_FRAME - expected content header for class 60/,
    ],
    ["a method in place of a body", [publish, header(4), publish], /505 UNEXPECTED_FRAME - expected content body/],
    [
      "a header for another class",
      [publish, frame(2, 1, contentHeader(0, Buffer.alloc(2), 10))],
      /505 UNEXPECTED_FRAME .*for class 10/,
    ],
    ["a header too short", [publish, frame(2, 1, Buffer.alloc(5))], /502 SYNTAX_ERROR - malformed content header/],
    [
      "a body longer than announced",
      [publish, header(2), body("xyz")],
      /501 FRAME_ERROR - body longer than the 2 bytes announced/,
    ],
    ["properties cut off", [publish, header(1, Buffer.from([0x80, 0, 50, 65]))], /502 SYNTAX_ERROR/],
    [
      "a header field of an unknown type",
      [publish, header(1, Buffer.from([0x20, 0, 0, 0, 0, 4, 1, 65, 0x5a, 0]))],
      /unknown field type 90/,
    ],
    [
      "a second open of a channel",
      [encodeMethodFrame(1, "channel.open", {})],
      /504 CHANNEL_ERROR - second 'channel\.open' seen 20,10$/,
    ],
    [
      "a method on a channel that is not open",
      [encodeMethodFrame(7, "basic.get", { queue: "", noAck: true })],
      /504 CHANNEL_ERROR - expected 'channel\.open'/,
    ],
    ["content on a channel that is not open", [frame(2, 7, contentHeader(0))], /504 CHANNEL_ERROR/],
    ["content on channel 0", [frame(2, 0, contentHeader(0))], /505 UNEXPECTED_FRAME/],
    [
      "a channel method on channel 0",
      [encodeMethodFrame(0, "basic.get", { queue: "", noAck: true })],
      /504 CHANNEL_ERROR/,
    ],
    [
      "a second tuning",
      [encodeMethodFrame(0, "connection.tune-ok", { channelMax: 1, frameMax: 4096, heartbeat: 0 })],
      /504 CHANNEL_ERROR - unexpected method in connection state running/,
    ],
    [
      "the immediate flag",
      [encodeMethodFrame(1, "basic.publish", { exchange: "", routingKey: "", mandatory: false, immediate: true })],
      /540 NOT_IMPLEMENTED - immediate=true 60,40$/,
    ],
    [
      "a prefetch in bytes",
      [encodeMethodFrame(1, "basic.qos", { prefetchSize: 10, prefetchCount: 0, global: false })],
      /540 NOT_IMPLEMENTED - prefetch_size!=0 \(10\) 60,10$/,
    ],
    [
      "recover without requeue",
      [encodeMethodFrame(1, "basic.recover", { requeue: false })],
      /540 NOT_IMPLEMENTED - requeue=false 60,110$/,
    ],
    [
      "flow off",
      [encodeMethodFrame(1, "channel.flow", { active: false })],
      /540 NOT_IMPLEMENTED - active=false 20,20$/,
    ],
    ["a transaction", [encodeMethodFrame(1, "tx.select", {})], /540 NOT_IMPLEMENTED - transactions are not offered/],
  ]

  test.for(cases)("%s", async ([, bytes, reason], t) => {
    const { broker, bystander } = await start(t)
    const culprit = await RawClient.open(broker.url)
    await culprit.channel(1)
    const queue = await culprit.exclusiveQueue(1)
    culprit.send(...bytes)
    expect(await culprit.closeReason()).toMatch(reason)
    await bystander.check()
    const counted = broker.stats()
    culprit.method(0, "connection.close-ok", {})
    await culprit.closed
    expect(counted).toMatchObject({ queues: 1, channels: 1 })
    expect(queue).toMatch(/^amq\.gen/)
    await until(() => broker.stats().openConnections === 1)
  })

  test("a message above the limit closes its channel before a byte of it is kept", async (t) => {
    const { broker, bystander } = await start(t, { limits: { maxMessageBytes: 1000 } })
    const client = await RawClient.open(broker.url)
    await client.channel(1)
    client.send(publish, header(1001), body("x".repeat(500)), body("x".repeat(501)))
    expect(await client.closeReason()).toBe(
      "channel.close 406 PRECONDITION_FAILED - message size 1001 is larger than configured max size 1000 60,40",
    )
    client.method(1, "channel.close-ok", {})
    await client.channel(1)
    await bystander.check()
  })

  test("incomplete messages on many channels are bounded together", async (t) => {
    const { broker, bystander } = await start(t, { limits: { maxMessageBytes: 100_000 } })
    const client = await RawClient.open(broker.url)
    for (let id = 1; id <= 20; id++) {
      await client.channel(id)
      client.send(
        encodeMethodFrame(id, "basic.publish", { exchange: "", routingKey: "x", mandatory: false, immediate: false }),
      )
      client.send(frame(2, id, contentHeader(100_000)), frame(3, id, Buffer.alloc(60_000)))
      if (id > 6) break
    }
    expect(await client.closeReason()).toMatch(/506 RESOURCE_ERROR - too many incomplete messages/)
    await bystander.check()
  })

  test("no more channels than agreed", async (t) => {
    const { broker } = await start(t)
    const client = await RawClient.open(broker.url, { channelMax: 2 })
    await client.channel(1)
    await client.channel(2)
    client.method(3, "channel.open", {})
    expect(await client.closeReason()).toMatch(
      /530 NOT_ALLOWED - number of channels opened \(2\) has reached the negotiated channel_max \(2\) 20,10/,
    )
  })
})

describe("the handshake", () => {
  test("another protocol or version gets our version and the end", async (t) => {
    const { broker, bystander } = await start(t)
    for (const text of [
      "GET / HTTP/1.1\r\n\r\n",
      "AMQP\0\x01\0\0",
      "AMQP\x01\x01\x08\x00",
      "\0\0\0\0\0\0\0\0\0\0\0\0",
    ]) {
      const client = await RawClient.connect(broker.url)
      client.socket.removeAllListeners("data")
      const answer: Buffer[] = []
      client.socket.on("data", (chunk: Buffer) => answer.push(chunk))
      client.socket.write(text, "latin1")
      await client.closed
      expect(Buffer.concat(answer)).toEqual(PREAMBLE)
    }
    await bystander.check()
  })

  test("every part of it out of turn is refused", async (t) => {
    const { broker } = await start(t)
    const early = await RawClient.connect(broker.url)
    early.send(PREAMBLE)
    await early.expect("connection.start")
    early.method(0, "connection.open", { virtualHost: "/" })
    expect(await early.closeReason()).toMatch(
      /503 COMMAND_INVALID - expected 'connection\.start-ok', got 'connection\.open'/,
    )
    const tune = async (tuning: { channelMax?: number; frameMax?: number }) => {
      const client = await RawClient.connect(broker.url)
      await client.login(broker.url, tuning)
      return client.closeReason()
    }
    expect(await tune({ frameMax: 10 })).toMatch(
      /530 NOT_ALLOWED - negotiated frame_max = 10 is lower than the minimum allowed value \(4096\) 10,31/,
    )
    expect(await tune({ frameMax: 2 ** 20 })).toMatch(
      /frame_max = 1048576 is higher than the maximum allowed value \(131072\)/,
    )
    expect(await tune({ channelMax: 60_000 })).toMatch(
      /channel_max = 60000 is higher than the maximum allowed value \(2047\)/,
    )
  })

  test("that does not end in time ends the connection, wherever it stopped", async (t) => {
    const { broker, bystander, warnings } = await start(t, { limits: { handshakeTimeoutMs: 200 } })
    const silent = await RawClient.connect(broker.url)
    const halfway = await RawClient.connect(broker.url)
    await halfway.startOk(broker.url)
    const slow = await RawClient.connect(broker.url)
    slow.send(PREAMBLE.subarray(0, 3))
    await Promise.all([silent.closed, halfway.closed, slow.closed])
    expect(warnings).toContain("connection dropped: handshake not finished in time")
    await bystander.check()
  })

  test("takes no frame above 16 KiB before the login", async (t) => {
    const { broker } = await start(t)
    const client = await RawClient.connect(broker.url)
    await client.startOk(broker.url, { clientProperties: tableOf({ huge: "x".repeat(20_000) }) })
    expect(await client.closeReason()).toMatch(/501 FRAME_ERROR .*larger than the limit of 16384/)
  })

  test("is all that a connection too many gets to", async (t) => {
    const { broker, bystander } = await start(t, { limits: { maxConnections: 2 } })
    const second = await RawClient.open(broker.url)
    const third = await RawClient.connect(broker.url)
    await third.closed
    second.socket.destroy()
    await until(() => broker.stats().openConnections === 1)
    await RawClient.open(broker.url)
    await bystander.check()
  })
})

describe("heartbeats", () => {
  test("are sent while nothing else is, and keep a quiet client", async (t) => {
    const { broker } = await start(t, { heartbeatS: 1 })
    const client = await RawClient.open(broker.url, { heartbeat: 1 })
    await client.heartbeat()
    const kept = setInterval(() => client.send(frame(8, 0, Buffer.alloc(0))), 400)
    t.onTestFinished(() => clearInterval(kept))
    await new Promise((resolve) => setTimeout(resolve, 2700))
    await client.channel(1)
  })

  test("missing for two intervals, the client is dropped and what it held is given back", async (t) => {
    const { broker, bystander, warnings } = await start(t)
    const dead = await RawClient.open(broker.url, { heartbeat: 1 })
    await dead.channel(1)
    await dead.exclusiveQueue(1)
    const began = performance.now()
    await dead.closed
    expect(performance.now() - began).toBeGreaterThan(1900)
    expect(warnings).toEqual(["connection dropped: missed heartbeats from client"])
    expect(broker.stats().queues).toBe(1)
    await bystander.check()
  })
})

describe("a client that does not read", () => {
  /** Opens a consumer without prefetch that never reads again. */
  async function stuckConsumer(broker: Broker, queue: string): Promise<RawClient> {
    const client = await RawClient.open(broker.url)
    await client.channel(1)
    const args = {
      queue,
      consumerTag: "",
      noLocal: false,
      noAck: false,
      exclusive: false,
      noWait: false,
      arguments: emptyTable,
    }
    client.method(1, "basic.consume", args)
    await client.expect("basic.consume-ok")
    client.socket.pause()
    return client
  }

  test("gets only what its socket takes; then it is dropped and its messages are everyone's again", async (t) => {
    const { broker, bystander, warnings } = await start(t, { limits: { writeTimeoutMs: 700 } })
    const connection = await connect(broker.url)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue("q", { durable: false })
    await stuckConsumer(broker, "q")
    const count = 400
    for (let index = 0; index < count; index++) channel.sendToQueue("q", Buffer.alloc(100_000))
    await channel.waitForConfirms()
    const { messagesReady, messagesUnacked } = broker.stats()
    expect(messagesReady + messagesUnacked).toBe(count)
    // What the system's socket buffers hold, and a few hundred kilobytes of ours.
    expect(messagesUnacked).toBeLessThan(150)
    await bystander.check()
    await until(() => broker.stats().messagesUnacked === 0)
    expect(broker.stats().messagesReady).toBe(count)
    expect(warnings).toEqual(["connection dropped: client has read nothing for 0.7 s"])
    await bystander.check()
  })

  test("but asks and asks is not heard any more, and dropped", async (t) => {
    const { broker, bystander, warnings } = await start(t, { limits: { writeTimeoutMs: 700 } })
    const client = await RawClient.open(broker.url)
    await client.channel(1)
    const queue = await client.exclusiveQueue(1)
    client.socket.pause()
    const ask = encodeMethodFrame(1, "queue.declare", {
      queue,
      passive: true,
      durable: false,
      exclusive: false,
      autoDelete: false,
      noWait: false,
      arguments: emptyTable,
    })
    const questions = Buffer.concat(Array.from({ length: 10_000 }, () => ask))
    for (let round = 0; round < 40; round++) client.socket.write(questions)
    let unheard = 0
    await until(() => {
      unheard = client.socket.writableLength || unheard
      return warnings.length > 0
    })
    expect(warnings).toEqual(["connection dropped: client has read nothing for 0.7 s"])
    expect(unheard).toBeGreaterThan(questions.length)
    await bystander.check()
  })
})

describe("when messages fill the memory", () => {
  const options: BrokerOptions = { limits: { memoryLimitBytes: 2_000_000 } }

  test("publishers are told, then read no further, and go on when there is room again; nothing is lost", async (t) => {
    const { broker } = await start(t, options)
    const consumer = await (await connect(broker.url)).createChannel()
    await consumer.assertQueue("q", { durable: false })
    const publisher = await connect(broker.url)
    const events: string[] = []
    publisher.on("blocked", (reason) => events.push(`blocked: ${reason}`))
    publisher.on("unblocked", () => events.push("unblocked"))
    const channel = await publisher.createConfirmChannel()
    const count = 1000
    for (let index = 0; index < count; index++) channel.sendToQueue("q", Buffer.alloc(10_000, index))
    let confirmed = false
    const allConfirmed = channel.waitForConfirms().then(() => {
      confirmed = true
    })
    await until(() => broker.stats().blocked)
    while (events.length === 0) await consumer.checkQueue("q")
    const held = broker.stats().memoryBytes
    for (let round = 0; round < 20; round++) await consumer.checkQueue("q")
    expect(broker.stats().memoryBytes).toBeLessThan(2_000_000 + 1_500_000)
    expect(broker.stats().memoryBytes).toBeGreaterThanOrEqual(held)
    expect(confirmed).toBe(false)
    let taken = 0
    await consumer.prefetch(10)
    const all = new Promise<void>((resolve) => {
      consumer.consume("q", (message) => {
        if (message === null) return
        consumer.ack(message)
        if (++taken === count) resolve()
      })
    })
    await Promise.all([all, allConfirmed])
    expect(events[0]).toBe("blocked: low on memory")
    while (events.at(-1) !== "unblocked") await consumer.checkQueue("q")
    await until(() => broker.stats().memoryBytes === 0)
    expect(broker.stats()).toMatchObject({ blocked: false, messagesReady: 0 })
  })

  test("heartbeats go on both ways for a publisher that is held", async (t) => {
    const { broker } = await start(t, { ...options, heartbeatS: 1 })
    const client = await RawClient.open(broker.url, { heartbeat: 1 })
    await client.channel(1)
    const queue = await client.exclusiveQueue(1)
    const kept = setInterval(() => client.send(frame(8, 0, Buffer.alloc(0))), 400)
    t.onTestFinished(() => clearInterval(kept))
    for (let index = 0; index < 60; index++) client.publish(1, "", queue, Buffer.alloc(100_000))
    await client.expect("connection.blocked")
    await client.heartbeat()
    await new Promise((resolve) => setTimeout(resolve, 2700))
    expect(broker.stats()).toMatchObject({ openConnections: 2, blocked: true })
    broker.deleteVhost("/")
    await client.closed
  })

  test("a publisher that stops when told can still acknowledge, which makes room", async (t) => {
    const { broker } = await start(t, options)
    const client = await RawClient.open(broker.url)
    await client.channel(1)
    const queue = await client.exclusiveQueue(1)
    let sent = 0
    for (; !broker.stats().blocked; sent++) {
      client.publish(1, "", queue, Buffer.alloc(20_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await client.expect("connection.blocked")
    const args = {
      queue,
      consumerTag: "",
      noLocal: false,
      noAck: false,
      exclusive: false,
      noWait: true,
      arguments: emptyTable,
    }
    client.method(1, "basic.consume", args)
    await until(() => broker.stats().messagesReady === 0)
    client.method(1, "basic.ack", { deliveryTag: 0, multiple: true })
    await until(() => !broker.stats().blocked)
    await until(() => broker.stats().published >= sent)
  })
})
