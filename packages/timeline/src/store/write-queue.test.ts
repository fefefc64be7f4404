import { expect, test } from "vitest"
import type { Batch } from "../journal/batch.js"
import { type BatchSink, WriteQueue } from "./write-queue.js"

const point = (ns: bigint) => [BigInt64Array.of(ns), Float64Array.of(1)] as const

/** A sink whose writes the test lets go on. */
class Sink implements BatchSink {
  readonly written: number[] = []
  #waiting: (() => void)[] = []
  fail: Error | undefined

  async admit(): Promise<void> {}

  write(batch: Batch): Promise<void> {
    this.written.push(batch.size)
    if (this.fail) return Promise.reject(this.fail)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  apply(): void {}

  async next(): Promise<void> {
    await expect.poll(() => this.#waiting.length).toBe(1)
    this.#waiting.pop()!()
  }
}

test("what is appended while a batch is written makes the next one, and shares its promise", async () => {
  const sink = new Sink()
  const queue = new WriteQueue(sink, 0)
  const first = queue.append(1, ...point(1n))
  expect(queue.append(1, ...point(2n))).toBe(first)
  await expect.poll(() => sink.written.length).toBe(1)
  const second = queue.append(1, ...point(3n))
  expect(second).not.toBe(first)
  const flushed = queue.flush()
  await sink.next()
  await first
  await sink.next()
  await Promise.all([second, flushed])
  expect(sink.written).toEqual([24 + 48, 24 + 24])
})

test("tasks have their turn between batches, and closing writes what has been taken", async () => {
  const sink = new Sink()
  const queue = new WriteQueue(sink, 0)
  const order: string[] = []
  void queue.append(1, ...point(1n)).then(() => order.push("first"))
  await expect.poll(() => sink.written.length).toBe(1)
  void queue.append(1, ...point(2n)).then(() => order.push("second"))
  void queue.exclusive(async () => order.push("task"))
  const closed = queue.close().then(() => order.push("closed"))
  await sink.next()
  await sink.next()
  await closed
  expect(order).toEqual(["first", "task", "second", "closed"])
  await expect(queue.exclusive(async () => {})).rejects.toMatchObject({ code: "closed" })
  expect(() => queue.append(1, ...point(1n))).toThrow(expect.objectContaining({ code: "closed" }))
})

test("a refused batch is refused for all that are in it, and for who waits for it", async () => {
  const sink = new Sink()
  const queue = new WriteQueue(sink, 0)
  sink.fail = new Error("no")
  const appended = queue.append(1, ...point(1n))
  await expect(queue.flush()).rejects.toThrow("no")
  await expect(appended).rejects.toThrow("no")
  sink.fail = undefined
  const next = queue.append(1, ...point(2n))
  await sink.next()
  await next
  await queue.flush()
})

test("what is appended while a write fails is written next", async () => {
  const sink = new Sink()
  const queue = new WriteQueue(sink, 0)
  let fail: (error: Error) => void = () => {}
  sink.write = () =>
    new Promise((_, reject) => {
      fail = reject
    })
  const first = queue.append(1, ...point(1n))
  await new Promise((resolve) => setImmediate(resolve))
  const second = queue.append(1, ...point(2n))
  sink.write = async () => {}
  fail(new Error("no"))
  await expect(first).rejects.toThrow("no")
  await second
})

test("too much that waits is refused", async () => {
  const sink = new Sink()
  const queue = new WriteQueue(sink, 0)
  const many = [new BigInt64Array(3_000_000).fill(1n), new Float64Array(3_000_000)] as const
  const first = queue.append(1, ...many)
  await expect.poll(() => sink.written.length).toBe(1)
  const waiting = [queue.append(1, ...many), queue.append(1, ...many)]
  await expect(queue.append(1, ...many)).rejects.toMatchObject({ code: "busy" })
  await sink.next()
  await sink.next()
  await Promise.all([first, ...waiting])
})

test("a few points are written at once, very many gather; closing does not wait for more", async () => {
  const sink = new Sink()
  const sizes: number[] = []
  sink.write = async (batch) => void sizes.push(batch.size)
  const queue = new WriteQueue(sink, 60_000)
  await queue.append(1, ...point(1n))
  await queue.append(1, ...point(2n))
  const began = performance.now()
  let appended: Promise<void> | undefined
  // However slow this machine is, these are quick enough.
  for (let ns = 3n; performance.now() - began < 5; ns++)
    for (let i = 0; i < 10_000; i++) appended = queue.append(1, ...point(ns))
  await new Promise((resolve) => setImmediate(resolve))
  expect(sizes).toEqual([24 + 24, 24 + 24])
  await queue.close()
  await appended
  expect(sizes).toHaveLength(3)
})
