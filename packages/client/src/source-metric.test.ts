import { decodeDataChunk, Timestamp } from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import { SourceMetric } from "./source-metric.js"

function metric(chunkSize: number | null = 1) {
  const chunks: [number, number][][] = []
  const outlet = {
    chunkSize,
    addChunk(_metric: string, body: Buffer, points: number) {
      const { times, values } = decodeDataChunk(body)
      expect(times.length).toBe(points)
      chunks.push([...times].map((time, i) => [Number(time), values[i]!]))
      return Promise.resolve()
    },
  }
  const subject = new SourceMetric("lab.power", outlet)
  setDeclared(subject, true)
  return { metric: subject, chunks }
}

/** As the source does it; not in the public types. */
function setDeclared(subject: SourceMetric, declared: boolean): void {
  Object.assign(subject, { declared })
}

const at = (ns: number) => Timestamp.fromNs(BigInt(ns))

describe("chunking", () => {
  test("a chunk leaves as soon as it is full, the rest when flushed", () => {
    const { metric: m, chunks } = metric(2)
    for (let i = 1; i <= 5; i++) void m.send(at(i), i)
    expect(chunks).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [3, 3],
        [4, 4],
      ],
    ])
    expect(m.empty).toBe(false)
    void m.flush()
    void m.flush()
    expect(m.empty).toBe(true)
    expect(chunks.at(-1)).toEqual([[5, 5]])
    expect(chunks.length).toBe(3)
  })

  test("a size of its own goes before the source's; null waits for flush", () => {
    const { metric: m, chunks } = metric(1)
    m.chunkSize = null
    for (let i = 0; i < 100; i++) void m.send(at(i), i)
    expect(chunks).toEqual([])
    m.chunkSize = 3
    void m.send(at(100), 1)
    expect(chunks.map((chunk) => chunk.length)).toEqual([101])
  })

  test("it never grows beyond what a message can hold", () => {
    const { metric: m, chunks } = metric(null)
    for (let i = 0; i < 262_145; i++) m.append(at(i), 0)
    expect(chunks.map((chunk) => chunk.length)).toEqual([262_144])
    expect(m.empty).toBe(false)
  })

  test.each([0, -1, 1.5, Number.NaN, 1e9, "3"])("refuses a chunk size of %s", (size) => {
    expect(() => {
      metric().metric.chunkSize = size as number
    }).toThrow(/chunk size/)
  })
})

describe("points", () => {
  test("NaN and infinities are values; error() sends NaN", () => {
    const { metric: m, chunks } = metric()
    void m.send(at(1), Number.POSITIVE_INFINITY)
    void m.error(at(2))
    expect(chunks).toEqual([[[1, Number.POSITIVE_INFINITY]], [[2, Number.NaN]]])
  })

  test("columns go after what waits, in messages of a bounded size, and are not kept", () => {
    const { metric: m, chunks } = metric(10)
    void m.send(at(1), 1)
    const columns = { times: new BigInt64Array(300_000).fill(2n), values: new Float64Array(300_000).fill(2) }
    void m.sendChunk(columns)
    columns.values.fill(9)
    expect(chunks.map((chunk) => [chunk.length, chunk[0]![1]])).toEqual([
      [1, 1],
      [262_144, 2],
      [37_856, 2],
    ])
  })

  test("what is no point is refused with the metric's name, and leaves the buffer as it was", () => {
    const { metric: m } = metric(5)
    expect(() => m.send(at(1), "3" as unknown as number)).toThrow(/lab\.power: 3 is not a number/)
    expect(() => m.send(5 as unknown as Timestamp, 3)).toThrow(/lab\.power: 5 is not a Timestamp/)
    expect(() => m.send(undefined as unknown as Timestamp, 3)).toThrow(/not a Timestamp/)
    expect(() => m.sendChunk({ times: new BigInt64Array(2), values: new Float64Array(1) })).toThrow(
      /2 times and 1 values/,
    )
    expect(m.empty).toBe(true)
  })

  test("nothing is sent before it is declared", () => {
    const { metric: m } = metric()
    setDeclared(m, false)
    expect(() => m.send(at(1), 1)).toThrow(/lab\.power has not been declared/)
    expect(() => m.sendChunk({ times: new BigInt64Array(1), values: new Float64Array(1) })).toThrow(/declared/)
  })

  test("a bad name is refused", () => {
    expect(() => new SourceMetric("a.*", { chunkSize: 1, addChunk: () => Promise.resolve() })).toThrow(/wildcard/)
  })
})
