import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { bodyOf, TestMessages } from "../testing/messages.js"
import { TestConsumer } from "../testing/test-consumer.js"
import { Queue } from "./queue.js"
import type { QueueLimits } from "./queue-arguments.js"

const noLimits: QueueLimits = {
  expiresMs: undefined,
  messageTtlMs: undefined,
  maxLength: undefined,
  maxLengthBytes: undefined,
  overflow: "drop-head",
}

function makeQueue(limits: Partial<QueueLimits> = {}, properties: { autoDelete?: boolean } = {}): Queue {
  const autoDelete = properties.autoDelete ?? false
  return new Queue(
    { name: "q", durable: false, autoDelete, owner: undefined, arguments: new Map() },
    { ...noLimits, ...limits },
  )
}

/** Publishes one message for each text; the queue alone holds them afterwards. */
function publish(queue: Queue, messages: TestMessages, texts: string, ttlMs?: number): boolean[] {
  return [...texts].map((text) => {
    const message = messages.make(text, ttlMs)
    const accepted = queue.push(message)
    message.release()
    return accepted
  })
}

function drain(queue: Queue): string {
  let texts = ""
  for (let entry = queue.get(true); entry !== undefined; entry = queue.get(true)) {
    texts += bodyOf(entry.message)
    entry.message.release()
  }
  return texts
}

describe("a queue", () => {
  test("gives messages out in the order of their arrival and lets go of their memory", () => {
    const messages = new TestMessages()
    const queue = makeQueue()
    publish(queue, messages, "abc")
    expect(queue.readyCount).toBe(3)
    expect(messages.gauge.bytes).toBeGreaterThan(0)
    expect(drain(queue)).toBe("abc")
    expect(messages.gauge.bytes).toBe(0)
  })

  test("serves consumers in turn and passes over those that are full", () => {
    const messages = new TestMessages()
    const queue = makeQueue()
    const [one, two, full] = [new TestConsumer(), new TestConsumer(), new TestConsumer({ room: 1 })]
    for (const consumer of [one, two, full]) queue.addConsumer(consumer)
    publish(queue, messages, "abcdefg")
    expect([one.taken, two.taken, full.taken]).toEqual([["a", "d", "f"], ["b", "e", "g"], ["c"]])
    full.acknowledge(queue)
    publish(queue, messages, "hijk")
    expect(full.taken).toHaveLength(2)
    expect(queue.unackedCount).toBe(10)
  })

  test("puts requeued messages back to where they stood, marked as redelivered", () => {
    const messages = new TestMessages()
    const queue = makeQueue()
    const consumer = new TestConsumer({ room: 3 })
    queue.addConsumer(consumer)
    publish(queue, messages, "abcdef")
    expect(consumer.taken).toEqual(["a", "b", "c"])
    consumer.held.reverse()
    consumer.requeueAll(queue)
    expect(consumer.taken.slice(3)).toEqual(["a*", "b*", "c*"])
    queue.removeConsumer(consumer)
    for (const entry of consumer.held) queue.putBack(entry)
    expect(drain(queue)).toBe("abcdef")
    expect(queue.unackedCount).toBe(0)
  })

  test("loses and doubles nothing and keeps the order, whatever consumers do", () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant("publish" as const) },
      fc.constant("ack" as const),
      fc.constant("requeue" as const),
      fc.constant("get" as const),
      fc.constant("swap" as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, room) => {
        const messages = new TestMessages()
        const queue = makeQueue()
        let consumer = new TestConsumer({ room })
        queue.addConsumer(consumer)
        let published = 0
        const done: number[] = []
        for (const each of steps) {
          if (each === "publish") {
            const message = messages.make(String(published++))
            queue.push(message)
            message.release()
          } else if (each === "ack" && consumer.held.length > 0) {
            done.push(Number(bodyOf(consumer.held[0]?.message as never)))
            consumer.acknowledge(queue)
          } else if (each === "requeue") {
            consumer.requeueAll(queue)
          } else if (each === "get") {
            const entry = queue.get(true)
            if (entry !== undefined) done.push(Number(bodyOf(entry.message)))
            entry?.message.release()
          } else if (each === "swap") {
            queue.removeConsumer(consumer)
            for (const entry of consumer.held.splice(0)) queue.putBack(entry)
            consumer = new TestConsumer({ room })
            queue.addConsumer(consumer)
            queue.deliver()
          }
          const held = consumer.held.map(({ message }) => Number(bodyOf(message)))
          expect(held).toEqual([...held].sort((a, b) => a - b))
          expect(done.length + queue.unackedCount + queue.readyCount).toBe(published)
          expect(queue.readyCount === 0 || !consumer.isReady()).toBe(
            false || queue.readyCount === 0 || held.length === room,
          )
        }
        queue.removeConsumer(consumer)
        for (const entry of consumer.held.splice(0)) queue.putBack(entry)
        let last = -1
        for (let entry = queue.get(true); entry !== undefined; entry = queue.get(true)) {
          const number = Number(bodyOf(entry.message))
          expect(number).toBeGreaterThan(last)
          last = number
          done.push(number)
          entry.message.release()
        }
        expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: published }, (_, index) => index))
        expect(messages.gauge.bytes).toBe(0)
      }),
    )
  })

  test("drops its head above its length, or its bytes", () => {
    const messages = new TestMessages()
    const byLength = makeQueue({ maxLength: 3 })
    expect(publish(byLength, messages, "abcde")).toEqual([true, true, true, true, true])
    expect(drain(byLength)).toBe("cde")
    const byBytes = makeQueue({ maxLengthBytes: 2 })
    publish(byBytes, messages, "abc")
    expect(drain(byBytes)).toBe("bc")
    const large = messages.make("large")
    byBytes.push(large)
    large.release()
    expect(byBytes.readyCount).toBe(0)
    expect(messages.gauge.bytes).toBe(0)
  })

  test("counts only what waits against its length", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ maxLength: 2 })
    const consumer = new TestConsumer({ room: 2 })
    queue.addConsumer(consumer)
    publish(queue, messages, "abcd")
    expect(queue.readyCount).toBe(2)
    consumer.acknowledge(queue)
    expect(consumer.taken).toEqual(["a", "b", "c"])
  })

  test("refuses above its length where it is told to, and takes again when there is room", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ maxLength: 2, overflow: "reject-publish" })
    expect(publish(queue, messages, "abc")).toEqual([true, true, false])
    expect(drain(queue)).toBe("ab")
    expect(publish(queue, messages, "d")).toEqual([true])
  })

  test("purges what waits and leaves what is out", () => {
    const messages = new TestMessages()
    const queue = makeQueue()
    const consumer = new TestConsumer({ room: 1 })
    queue.addConsumer(consumer)
    publish(queue, messages, "abc")
    expect(queue.purge()).toBe(2)
    expect(queue.unackedCount).toBe(1)
    consumer.requeueAll(queue)
    expect(consumer.taken).toEqual(["a", "a*"])
  })

  test("asks to go when its last consumer leaves, if it is auto-delete, but not before it had one", () => {
    const queue = makeQueue({}, { autoDelete: true })
    const onUnused = vi.fn()
    queue.onUnused = onUnused
    queue.touch()
    const [one, two] = [new TestConsumer(), new TestConsumer()]
    queue.addConsumer(one)
    queue.addConsumer(two)
    queue.removeConsumer(one)
    expect(onUnused).not.toHaveBeenCalled()
    queue.removeConsumer(two)
    expect(onUnused).toHaveBeenCalledTimes(1)
  })

  test("tells its consumers when it is closed and lets go of what they still settle", () => {
    const messages = new TestMessages()
    const queue = makeQueue()
    const consumer = new TestConsumer({ room: 2 })
    queue.addConsumer(consumer)
    publish(queue, messages, "abcd")
    expect(queue.close()).toBe(2)
    expect(consumer.ended).toBe(true)
    const [first, second] = consumer.held.splice(0)
    queue.acknowledge(first as never)
    queue.putBack(second as never)
    expect(messages.gauge.bytes).toBe(0)
  })
})

describe("time in a queue", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test("drops messages that have waited too long, and only those", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ messageTtlMs: 100 })
    publish(queue, messages, "a")
    vi.advanceTimersByTime(60)
    publish(queue, messages, "b")
    vi.advanceTimersByTime(41)
    expect(queue.readyCount).toBe(1)
    vi.advanceTimersByTime(60)
    expect(queue.readyCount).toBe(0)
    expect(messages.gauge.bytes).toBe(0)
  })

  test("takes the shorter of the queue's and the message's time, and looks only at the head", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ messageTtlMs: 100 })
    publish(queue, messages, "a")
    publish(queue, messages, "b", 10)
    publish(queue, messages, "c", 1000)
    vi.advanceTimersByTime(50)
    expect(queue.readyCount).toBe(3)
    vi.advanceTimersByTime(51)
    expect(queue.readyCount).toBe(0)
  })

  test("a time of 0 lets through only what a consumer takes at once", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ messageTtlMs: 0 })
    publish(queue, messages, "a")
    expect(queue.readyCount).toBe(0)
    const consumer = new TestConsumer({ noAck: true })
    queue.addConsumer(consumer)
    publish(queue, messages, "b")
    expect(consumer.taken).toEqual(["b"])
  })

  test("what comes back after its time is dropped, not redelivered", () => {
    const messages = new TestMessages()
    const queue = makeQueue({ messageTtlMs: 100 })
    const consumer = new TestConsumer({ room: 1 })
    queue.addConsumer(consumer)
    publish(queue, messages, "ab")
    vi.advanceTimersByTime(150)
    publish(queue, messages, "c")
    consumer.requeueAll(queue)
    expect(consumer.taken).toEqual(["a", "c"])
  })

  test("asks to go after its time without use; a consumer, a get and a declare keep it", () => {
    const queue = makeQueue({ expiresMs: 1000 })
    const onUnused = vi.fn()
    queue.onUnused = onUnused
    vi.advanceTimersByTime(900)
    queue.get(true)
    vi.advanceTimersByTime(900)
    queue.touch()
    vi.advanceTimersByTime(900)
    const consumer = new TestConsumer()
    queue.addConsumer(consumer)
    vi.advanceTimersByTime(5000)
    queue.removeConsumer(consumer)
    vi.advanceTimersByTime(999)
    expect(onUnused).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(onUnused).toHaveBeenCalledTimes(1)
  })

  test("a time longer than timers can wait is waited for all the same", () => {
    const queue = makeQueue({ expiresMs: 2 ** 32 - 1 })
    const onUnused = vi.fn()
    queue.onUnused = onUnused
    vi.advanceTimersByTime(2 ** 32 - 2000)
    expect(onUnused).not.toHaveBeenCalled()
    vi.advanceTimersByTime(3000)
    expect(onUnused).toHaveBeenCalledTimes(1)
  })
})
