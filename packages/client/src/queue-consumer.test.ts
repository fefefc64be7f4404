import { EventEmitter, once } from "node:events"
import type { Channel, ConsumeMessage } from "amqplib"
import { expect, test } from "vitest"
import { QueueConsumer } from "./queue-consumer.js"

/** A channel whose messages the test delivers, and whose acknowledgements it sees. */
class FakeChannel extends EventEmitter {
  readonly acknowledged: [tag: number, allUpTo: boolean][] = []
  deliver: (message: unknown) => void = () => {}
  async prefetch(): Promise<void> {}
  async consume(_queue: string, onMessage: (message: unknown) => void) {
    this.deliver = onMessage
    return { consumerTag: "c" }
  }
  async cancel(): Promise<void> {}
  ack({ fields }: ConsumeMessage, allUpTo: boolean): void {
    this.acknowledged.push([fields.deliveryTag, allUpTo])
    this.emit("ack")
  }
  get asChannel(): Channel {
    return this as unknown as Channel
  }
}

async function attached(prefetch: number) {
  const messages: unknown[] = []
  const consumer = new QueueConsumer({ prefetch, onMessage: (message) => messages.push(message) })
  const channel = new FakeChannel()
  await consumer.attach(channel.asChannel, "q", () => messages.push("cancelled"))
  return { consumer, channel, messages }
}

test("acknowledges a lone message at the end of the turn, and many at once before", async () => {
  const { consumer, channel } = await attached(8)
  consumer.settle(1)
  expect(channel.acknowledged).toEqual([])
  await once(channel, "ack")
  consumer.settle(2)
  consumer.settle(4, 2)
  expect(channel.acknowledged).toEqual([
    [1, true],
    [4, true],
  ])
  consumer.settle(5)
  consumer.acknowledge()
  consumer.acknowledge()
  consumer.acknowledgeOne({ fields: { deliveryTag: 9 } } as ConsumeMessage)
  expect(channel.acknowledged.slice(2)).toEqual([
    [5, true],
    [9, false],
  ])
})

test("has nothing to do with a channel that is gone", async () => {
  const { consumer, channel, messages } = await attached(100)
  channel.deliver("a")
  consumer.settle(1)
  channel.emit("close")
  channel.deliver("b")
  consumer.acknowledge()
  const next = new FakeChannel()
  await consumer.attach(next.asChannel, "q", () => {})
  channel.emit("close")
  next.deliver("c")
  await new Promise((resolve) => setImmediate(resolve))
  expect(messages).toEqual(["a", "c"])
  expect([channel.acknowledged, next.acknowledged]).toEqual([[], []])
})

test("a message settled on one channel is never acknowledged on the next", async () => {
  const { consumer, channel } = await attached(100)
  consumer.settle(1)
  const next = new FakeChannel()
  await consumer.attach(next.asChannel, "q", () => {})
  await new Promise((resolve) => setImmediate(resolve))
  expect([channel.acknowledged, next.acknowledged]).toEqual([[], []])
})

test("says when its queue vanishes", async () => {
  const { channel, messages } = await attached(1)
  channel.deliver(null)
  expect(messages).toEqual(["cancelled"])
})
