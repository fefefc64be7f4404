import type { Columns } from "@metricq/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { HistoryError } from "./errors.js"
import { type RawStreamOptions, rawStream } from "./history-raw-stream.js"

/** A database of one metric whose values are its times; answers have at most `mostPoints`. */
class Points {
  readonly #times: readonly bigint[]
  readonly #mostPoints: number
  reads = 0
  refused = 0
  asked: [from: bigint, to: bigint][] = []
  running = 0

  constructor(times: readonly bigint[], mostPoints = Number.POSITIVE_INFINITY) {
    this.#times = times
    this.#mostPoints = mostPoints
  }

  between(fromNs: bigint, toNs: bigint): bigint[] {
    return this.#times.filter((time) => time >= fromNs && time < toNs)
  }

  stream(
    startNs: bigint,
    endNs: bigint,
    pagePoints: number,
    more: Partial<RawStreamOptions> = {},
    signal?: AbortSignal,
  ) {
    return rawStream(
      {
        startNs,
        endNs,
        pagePoints,
        read: async (from, to, signal) => {
          signal.throwIfAborted()
          this.reads++
          this.asked.push([from, to])
          expect(++this.running).toBe(1)
          await new Promise((resolve) => setImmediate(resolve))
          this.running--
          const times = this.between(from, to)
          if (times.length > this.#mostPoints) {
            this.refused++
            throw new HistoryError("too-large", "the answer is too large")
          }
          return { times: BigInt64Array.from(times), values: Float64Array.from(times, Number) }
        },
        count: async (from, to) => this.between(from, to).length,
        ...more,
      },
      signal,
    )
  }
}

async function collected(stream: AsyncIterable<Columns>): Promise<bigint[][]> {
  const pages: bigint[][] = []
  for await (const { times } of stream) pages.push([...times])
  return pages
}

const second = 1_000_000_000n
const numbers = (count: number, step = 1n, from = 0n) =>
  Array.from({ length: count }, (_, i) => from + BigInt(i) * step)

describe("a stream of raw points", () => {
  test("gives every point once and in order, whatever the points, the page and the limit", async () => {
    const time = fc.bigInt({ min: 0n, max: 3n * 10n ** 9n })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.oneof(time, fc.bigInt({ min: 0n, max: 200n })), { maxLength: 200 }),
        fc.tuple(time, time),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 80 }),
        fc.boolean(),
        async (times, [start, end], pagePoints, mostPoints, counts) => {
          const points = new Points(
            times.toSorted((a, b) => Number(a - b)),
            mostPoints,
          )
          const count = counts ? {} : { count: () => Promise.reject(new Error("does not count")) }
          const pages = await collected(points.stream(start, end, pagePoints, count))
          expect(pages.flat()).toEqual(points.between(start, end))
          expect(pages.every((page) => page.length > 0 && page.length <= mostPoints)).toBe(true)
          for (const [from, to] of points.asked) expect(from).toBeLessThan(to)
        },
      ),
      { numRuns: 500 },
    )
  })

  test("of even density takes no more pages than needed", async () => {
    const points = new Points(numbers(10_000, second))
    const pages = await collected(points.stream(0n, 10_000n * second, 1000))
    expect(pages).toHaveLength(10)
    expect(points.reads).toBe(10)
  })

  test("with all points in one minute of ten years soon has them", async () => {
    const year = 31_557_600n * second
    const points = new Points(numbers(6000, second / 100n, 7n * year), 1500)
    const pages = await collected(points.stream(0n, 10n * year, 1000))
    expect(pages.flat()).toHaveLength(6000)
    expect(points.reads).toBeLessThan(50)
  })

  test("over a gap of years goes in great steps", async () => {
    const year = 31_557_600n * second
    const points = new Points([...numbers(2000, second), ...numbers(2000, second, 20n * year)])
    const pages = await collected(points.stream(0n, 21n * year, 500, { count: () => Promise.reject(new Error("no")) }))
    expect(pages.flat()).toHaveLength(4000)
    const sliced = new Points([...numbers(2000, second), ...numbers(2000, second, 20n * year)], 800)
    expect((await collected(sliced.stream(0n, 21n * year, 500))).flat()).toHaveLength(4000)
    expect(sliced.reads).toBeLessThan(100)
  })

  test("asks for the next page while one is worked on, and for no further one", async () => {
    const points = new Points(numbers(1000))
    const stream = points.stream(0n, 1000n, 100)
    await stream.next()
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(points.reads).toBe(2)
    await stream.next()
    await expect.poll(() => points.reads).toBe(3)
    await stream.return()
  })

  test("ends what it has asked for when the loop is left", async () => {
    const signals: AbortSignal[] = []
    const read: RawStreamOptions["read"] = async (fromNs, _toNs, signal) => {
      signals.push(signal)
      if (fromNs > 0n) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
      return { times: BigInt64Array.of(1n), values: Float64Array.of(1) }
    }
    for await (const _ of rawStream({ startNs: 0n, endNs: 100n, pagePoints: 1, read, count: async () => 10 })) break
    expect(signals).toHaveLength(2)
    expect(signals[1]!.aborted).toBe(true)
  })

  test("fails as a page does, and by its signal", async () => {
    const points = new Points(numbers(1000))
    const read: RawStreamOptions["read"] = async (fromNs, toNs) => {
      if (fromNs > 300n) throw new HistoryError("damaged", "a checksum is wrong")
      return { times: BigInt64Array.from(points.between(fromNs, toNs)), values: new Float64Array(100) }
    }
    const seen: bigint[] = []
    const failing = async () => {
      for await (const { times } of points.stream(0n, 1000n, 100, { read })) seen.push(...times)
    }
    await expect(failing()).rejects.toMatchObject({ code: "damaged" })
    expect(seen.length).toBeGreaterThanOrEqual(300)
    const control = new AbortController()
    const stream = points.stream(0n, 1000n, 100, {}, control.signal)
    await stream.next()
    control.abort(new Error("enough"))
    await expect(collected(stream)).rejects.toThrow("enough")
  })

  test("a single nanosecond that is too large is an error, no endless loop", async () => {
    const points = new Points(numbers(10), 0)
    await expect(collected(points.stream(0n, 10n, 5))).rejects.toMatchObject({ code: "too-large" })
  })

  test("of no time has no points", async () => {
    const points = new Points(numbers(10))
    expect(await collected(points.stream(5n, 5n, 5))).toEqual([])
    expect(await collected(points.stream(6n, 5n, 5))).toEqual([])
    expect(points.reads).toBe(0)
  })
})
