import { EventEmitter } from "node:events"
import type { ConfirmChannel } from "amqplib"
import { IllegalOperationError } from "amqplib"
import { expect, test } from "vitest"
import { silentLogger } from "./logger.js"
import { Publisher } from "./publisher.js"
import type { SpoolOptions } from "./spool.js"

class PlainChannel extends EventEmitter {
  readonly published: string[] = []
  /** How many more messages it takes before it asks to wait. */
  room = Number.POSITIVE_INFINITY
  error: Error | undefined

  publish(_exchange: string, metric: string, _body: Buffer, options: { headers?: object }): boolean {
    if (this.error !== undefined) throw this.error
    this.published.push(options.headers === undefined ? metric : `${metric} again`)
    return --this.room > 0
  }
}

/** As amqplib's: the publish of a confirm channel is not that of a plain one. */
class FakeConfirmChannel extends PlainChannel {
  override publish(): boolean {
    throw new Error("fills amqplib's own list of confirms")
  }
}

function publisher(spool: SpoolOptions = {}) {
  const subject = new Publisher({ exchange: "x", durability: "persistent", spool, logger: silentLogger })
  const broken: Error[] = []
  const attach = (error?: Error) => {
    const channel = new FakeConfirmChannel()
    channel.error = error
    subject.attach(channel as unknown as ConfirmChannel, (error) => broken.push(error))
    return channel
  }
  const add = (metric: string, bytes = 24) => subject.add(metric, Buffer.alloc(bytes), 1)
  return { subject, attach, add, broken }
}

const ack = (deliveryTag: number, multiple = false) => ({ deliveryTag, multiple })

test("sends without waiting for confirms, and flush waits for all of them", async () => {
  const { subject, attach, add } = publisher()
  const channel = attach()
  for (const metric of ["a", "b", "c"]) add(metric)
  expect(channel.published).toEqual(["a", "b", "c"])
  let flushed = false
  const flushing = subject.flush().then(() => {
    flushed = true
  })
  channel.emit("ack", ack(3))
  channel.emit("ack", ack(1))
  await Promise.resolve()
  expect(flushed).toBe(false)
  channel.emit("ack", ack(2, true))
  await flushing
})

test("waits when the connection is full, and while the broker is blocked", () => {
  const { subject, attach, add } = publisher()
  const channel = attach()
  channel.room = 2
  for (const metric of ["a", "b", "c", "d"]) add(metric)
  expect(channel.published).toEqual(["a", "b"])
  subject.setBlocked(true)
  channel.room = 10
  channel.emit("drain")
  expect(channel.published).toEqual(["a", "b"])
  subject.setBlocked(false)
  expect(channel.published).toEqual(["a", "b", "c", "d"])
})

test("sends again on the next channel what was not confirmed; confirms of the old one count no more", () => {
  const { subject, attach, add } = publisher()
  const first = attach()
  for (const metric of ["a", "b", "c"]) add(metric)
  first.emit("ack", ack(2))
  first.emit("close")
  add("d")
  const second = attach()
  expect(second.published).toEqual(["a again", "c again", "d"])
  first.emit("ack", ack(3, true))
  expect(subject.stats).toMatchObject({ delivered: 1, held: 3 })
  second.emit("ack", ack(3, true))
  expect(subject.stats).toMatchObject({ delivered: 4, held: 0 })
})

test("a channel closed at that very moment loses nothing", () => {
  const { attach, add, broken } = publisher()
  const first = attach()
  Object.assign(first, { error: new IllegalOperationError("Channel closed") })
  add("a")
  first.emit("close")
  expect(attach().published).toEqual(["a again"])
  expect(broken).toEqual([])
})

test("a message the library cannot even write is refused like one the broker refuses", () => {
  const { subject, attach, add, broken } = publisher()
  for (let i = 1; i <= 5; i++) {
    attach(new TypeError("too long"))
    if (i === 1) add("a")
    expect(broken).toHaveLength(i)
    expect(subject.stats).toMatchObject({ held: 1 })
  }
  expect(attach().published).toEqual([])
  expect(subject.stats).toMatchObject({ held: 0, refused: 1 })
})

test("a rejected message is sent again", () => {
  const { attach, add, subject } = publisher()
  const channel = attach()
  add("a")
  channel.emit("nack", ack(1))
  expect(channel.published).toEqual(["a", "a again"])
  channel.emit("ack", ack(2))
  expect(subject.stats).toMatchObject({ delivered: 1, held: 0 })
})

test("under the policy wait, send() waits until there is room again", async () => {
  const { attach, add } = publisher({ policy: "wait", maxBytes: 1024 })
  const channel = attach()
  const waits = ["a", "b", "c", "d", "e"].map((metric) => add(metric))
  await Promise.all(waits.slice(0, 4))
  let waited = true
  const last = waits[4]!.then(() => {
    waited = false
  })
  channel.emit("ack", ack(1))
  await Promise.resolve()
  expect(waited).toBe(true)
  channel.emit("ack", ack(4, true))
  await last
})

test("close() counts what is lost, and ends who waits", async () => {
  const { subject, attach, add } = publisher()
  attach()
  add("a")
  const flushing = subject.flush()
  expect(subject.close()).toBe(1)
  await expect(flushing).rejects.toMatchObject({ name: "PublishFailed", code: "closed" })
  expect(() => add("b")).toThrow(/stopped/)
})
