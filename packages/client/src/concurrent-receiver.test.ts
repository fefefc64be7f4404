import { EventEmitter } from "node:events"
import { encodeDataChunk } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { expect, onTestFinished, test } from "vitest"
import { ConcurrentReceiver } from "./concurrent-receiver.js"
import { Deferred } from "./deferred.js"
import { silentLogger } from "./logger.js"

/** A channel whose messages the test delivers, and whose acknowledgements it sees. */
class FakeChannel extends EventEmitter {
  readonly acknowledged: number[] = []
  #deliver: (message: unknown) => void = () => {}
  #tag = 0
  async prefetch(): Promise<void> {}
  async consume(_queue: string, onMessage: (message: unknown) => void) {
    this.#deliver = onMessage
    return { consumerTag: "c" }
  }
  async cancel(): Promise<void> {}
  ack({ fields }: ConsumeMessage): void {
    this.acknowledged.push(fields.deliveryTag)
  }
  /** A message of one point. */
  send(value: number): void {
    const content = Buffer.from(encodeDataChunk(BigInt64Array.of(1n), Float64Array.of(value)))
    this.#deliver({ content, fields: { deliveryTag: ++this.#tag, routingKey: "t.a" }, properties: {} })
  }
}

async function setUp(handle: (value: number) => void | Promise<void>) {
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const aside: number[] = []
  const receiver = new ConcurrentReceiver({
    ...{ prefetch: 100, maxBytes: 1e6, logger: silentLogger, stopping: stopping.signal },
    handle: (_, { values }) => handle(values[0]!),
    onSetAside: (_, { values }) => aside.push(values[0]!),
    onOverflow: () => {},
  })
  const channel = new FakeChannel()
  await receiver.attach(channel as unknown as Channel, "q", () => {})
  return { receiver, channel, aside }
}

test("messages that wait for the same promise are acknowledged at once, and not before those in front of them", async () => {
  const [first, second] = [new Deferred<void>(), new Deferred<void>()]
  const { receiver, channel } = await setUp((value) => (value === 1 ? first.promise : second.promise))
  for (const value of [1, 2, 3, 4]) channel.send(value)
  expect(receiver.stats).toMatchObject({ points: 0, inWork: 4 })
  second.resolve()
  await expect.poll(() => receiver.stats).toMatchObject({ points: 3, messages: 3, inWork: 1 })
  expect(channel.acknowledged).toEqual([])
  first.resolve()
  await expect.poll(() => channel.acknowledged).toEqual([4])
  expect(receiver.stats).toMatchObject({ points: 4, messages: 4, inWork: 0 })
})

test("a promise that has resolved before may be given again", async () => {
  const always = Promise.resolve()
  const { channel } = await setUp(() => always)
  for (const tag of [1, 2, 3]) {
    channel.send(tag)
    await expect.poll(() => channel.acknowledged.at(-1)).toBe(tag)
  }
})

test("when a promise fails that several wait for, each is tried again by itself", async () => {
  const shared = new Deferred<void>()
  const calls: number[] = []
  const { receiver, channel, aside } = await setUp((value) => {
    calls.push(value)
    if (calls.length <= 3) return shared.promise
    if (value === 2) throw new Error("never")
  })
  for (const value of [1, 2, 3]) channel.send(value)
  shared.reject(new Error("once"))
  await expect.poll(() => channel.acknowledged.at(-1), { timeout: 10_000 }).toBe(3)
  expect(aside).toEqual([2])
  expect(calls).toEqual([1, 2, 3, 1, 2, 3, 2])
  expect(receiver.stats).toMatchObject({ points: 2, messages: 3, setAside: 1, inWork: 0 })
})
