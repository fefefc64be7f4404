import { describe, expect, test } from "vitest"
import { ColumnBuffer, type DataError, decodeDataChunk, decodeDataChunkInto, encodeDataChunk } from "./index.js"

const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
const two = [0, 0, 0, 0, 0, 0, 0, 0x40]
const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n

function points(...parts: (number | number[])[]): [bigint, number][] {
  const { times, values } = decodeDataChunk(Uint8Array.from(parts.flat()))
  return Array.from(times, (time, i) => [time, values[i]!])
}

function fault(...parts: (number | number[])[]): DataError {
  const into = new ColumnBuffer()
  into.append(1n, 1)
  let thrown: DataError | undefined
  try {
    decodeDataChunkInto(Uint8Array.from(parts.flat()), into)
  } catch (error) {
    thrown = error as DataError
  }
  expect(into.length).toBe(0)
  expect(() => decodeDataChunk(Uint8Array.from(parts.flat()))).toThrow(thrown)
  return thrown!
}

describe("decoding accepts", () => {
  test("nothing", () => expect(points()).toEqual([]))
  test("empty packed fields", () => expect(points(0x0a, 0, 0x12, 0)).toEqual([]))
  test("packed fields", () =>
    expect(points(0x0a, 2, 5, 3, 0x12, 16, one, two)).toEqual([
      [5n, 1],
      [8n, 2],
    ]))
  test("values before times", () =>
    expect(points(0x12, 16, one, two, 0x0a, 2, 5, 3)).toEqual([
      [5n, 1],
      [8n, 2],
    ]))
  test("unpacked fields", () =>
    expect(points(8, 5, 8, 3, 0x11, one, 0x11, two)).toEqual([
      [5n, 1],
      [8n, 2],
    ]))
  test("packed and unpacked parts of a field in turn", () => {
    expect(points(8, 5, 0x12, 8, one, 0x0a, 1, 3, 0x11, two, 0x0a, 0, 0x0a, 1, 1, 0x12, 8, one)).toEqual([
      [5n, 1],
      [8n, 2],
      [9n, 1],
    ])
  })
  test("lengths and tags written longer than they need", () => {
    expect(points(0x8a, 0x80, 0, 0x82, 0x80, 0, 5, 3, 0x92, 0, 0x90, 0x80, 0, one, two)).toEqual([
      [5n, 1],
      [8n, 2],
    ])
  })
  test("unknown fields of every wire type", () => {
    const unknown = [
      0x18,
      0x96,
      1,
      0x21,
      ...one,
      0x2a,
      2,
      1,
      2,
      0x33,
      0x0b,
      8,
      1,
      0x0c,
      0x3d,
      1,
      2,
      3,
      4,
      0x34,
      0x3d,
      1,
      2,
      3,
      4,
    ]
    expect(points(unknown, 0x0a, 1, 5, unknown, 0x12, 8, one, unknown)).toEqual([[5n, 1]])
  })
  test("known numbers with foreign wire types as unknown fields", () => {
    expect(points(0x0d, 1, 2, 3, 4, 0x10, 7, 0x0a, 1, 5, 0x12, 8, one, 0x09, one)).toEqual([[5n, 1]])
  })
  test("field numbers up to the last", () => {
    expect(points(0xf8, 0xff, 0xff, 0xff, 0x0f, 1, 0x0a, 1, 5, 0x12, 8, one)).toEqual([[5n, 1]])
  })
  test("sums that wrap", () => {
    const columns = { times: BigInt64Array.of(MAX, MIN, MAX, 0n, -1n, MIN), values: Float64Array.of(1, 2, 3, 4, 5, 6) }
    expect(decodeDataChunk(encodeDataChunk(columns.times, columns.values))).toEqual(columns)
  })
  test("bits beyond the 64th, which it drops", () => {
    expect(points(0x0a, 10, Array(9).fill(0xff), 0x7f, 0x12, 8, one)).toEqual([[-1n, 1]])
  })
  test("a slice that is not aligned, and does not look beyond it", () => {
    const body = encodeDataChunk(BigInt64Array.of(1n, 1n << 40n), Float64Array.of(Number.NaN, -0))
    for (let offset = 0; offset < 16; offset++) {
      const arena = new Uint8Array(offset + body.length + 16).fill(0xff)
      arena.set(body, offset)
      const { times, values } = decodeDataChunk(arena.subarray(offset, offset + body.length))
      expect([...times, ...values]).toEqual([1n, 1n << 40n, Number.NaN, -0])
    }
  })
})

describe("decoding says what is wrong and where:", () => {
  test.each<[string, (number | number[])[], string, RegExp]>([
    ["a tag that ends", [0x8a], "wire-truncated", /byte 0: tag/],
    ["a tag of eleven bytes", [Array(11).fill(0x80)], "wire-malformed", /byte 0: tag .* ten bytes/],
    ["field 0", [0x0a, 0, 2, 0], "wire-malformed", /byte 2: there is no field 0/],
    [
      "a field number beyond the last",
      [0x80, 0x80, 0x80, 0x80, 0x10, 0],
      "wire-malformed",
      /byte 0: there is no field 536870912/,
    ],
    ["a wire type that does not exist", [0x1e, 0], "wire-malformed", /byte 0: field 3 .* wire type 6/],
    ["a missing length", [0x0a], "wire-truncated", /byte 1: length of field 1/],
    ["a length beyond the end", [0x0a, 5, 1], "wire-truncated", /byte 0: field 1 runs past the end/],
    ["an enormous length", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "wire-truncated", /byte 0: field 1/],
    ["a double that ends", [8, 1, 0x11, one.slice(1)], "wire-truncated", /byte 2: field 2/],
    [
      "packed values of seven bytes",
      [0x12, 7, one.slice(1)],
      "wire-malformed",
      /byte 0: field 2 \(value\) has 7 bytes/,
    ],
    [
      "packed values of nine bytes",
      [0x0a, 1, 1, 0x12, 9, one, 1],
      "wire-malformed",
      /byte 3: field 2 \(value\) has 9 bytes/,
    ],
    ["a delta that its field cuts off", [0x0a, 1, 0x80, 0x12, 8, one], "wire-truncated", /byte 3: a varint/],
    ["a delta that the end cuts off", [0x12, 8, one, 0x0a, 2, 0x80, 0x80], "wire-truncated", /byte 12: a varint/],
    [
      "a delta of eleven bytes",
      [0x0a, 11, Array(10).fill(0x80), 0, 0x12, 8, one],
      "wire-malformed",
      /byte 2: .*more than ten/,
    ],
    [
      "an unpacked delta of eleven bytes",
      [8, Array(10).fill(0x80), 0, 0x11, one],
      "wire-malformed",
      /byte 1: field 1 .*more than ten/,
    ],
    [
      "more times than values",
      [0x0a, 2, 1, 1, 0x12, 8, one],
      "chunk-length",
      /byte 3: there are more times than the 1 values/,
    ],
    [
      "fewer times than values",
      [0x0a, 1, 1, 0x12, 16, one, two],
      "chunk-length",
      /\(time_delta\) has 1 .*\(value\) has 2/,
    ],
    ["values alone", [0x12, 8, one], "chunk-length", /has 0 elements/],
    ["times alone", [0x0a, 1, 1], "chunk-length", /byte 2: .*0 values/],
    ["a group that does not end", [0x1b, 8, 1], "wire-truncated", /byte 1: group 3/],
    ["a group that ends but did not begin", [0x1c], "wire-malformed", /byte 0: group 3/],
    ["a group that another ends", [0x1b, 0x24], "wire-malformed", /byte 1: group 4/],
    ["groups without end", [Array(200).fill(0x1b)], "wire-malformed", /nested too deep/],
  ])("%s", (_, parts, code, message) => {
    expect(fault(...parts)).toMatchObject({ name: "DataError", code, message: expect.stringMatching(message) })
  })

  test("every place where a chunk can be cut", () => {
    const body = encodeDataChunk(BigInt64Array.of(1n << 62n, 5n, 7n), Float64Array.of(1, 2, 3))
    for (let length = 1; length < body.length; length++) expect(fault([...body.subarray(0, length)]).code).toBeTruthy()
  })
})

describe("encoding", () => {
  test("takes the first count points", () => {
    const body = encodeDataChunk(BigInt64Array.of(1n, 2n, 3n), Float64Array.of(1, 2), 1)
    expect([...body]).toEqual([0x0a, 1, 1, 0x12, 8, ...one])
    expect(encodeDataChunk(BigInt64Array.of(1n), Float64Array.of(1), 0).length).toBe(0)
  })

  test.each([
    [1, 2, undefined],
    [2, 1, undefined],
    [1, 1, 2],
    [1, 1, -1],
    [1, 1, 0.5],
    [1, 1, Number.NaN],
  ])("refuses %i times, %i values, count %s", (times, values, count) => {
    const encode = () => encodeDataChunk(new BigInt64Array(times), new Float64Array(values), count)
    expect(encode).toThrow(expect.objectContaining({ code: "chunk-length" }))
  })

  test("writes into what it is given, and takes views into larger memory", () => {
    const times = new BigInt64Array(40).map((_, i) => BigInt(i) * 1_000_000_007n)
    const values = new Float64Array(40).map((_, i) => i / 7)
    for (const length of [1, 30]) {
      const body = encodeDataChunk(
        times.subarray(5, 5 + length),
        values.subarray(5, 5 + length),
        undefined,
        Buffer.allocUnsafe,
      )
      expect(body).toBeInstanceOf(Buffer)
      const back = decodeDataChunk(body)
      expect(back).toEqual({ times: times.slice(5, 5 + length), values: values.slice(5, 5 + length) })
    }
  })

  test.each([16, 17, 39, 40, 1600, 1601, 5000])("%i points, with steps of every size", (length) => {
    const times = new BigInt64Array(length).map((_, i) =>
      BigInt.asIntN(64, 3n ** BigInt(i % 60) * (i % 3 === 0 ? -1n : 1n)),
    )
    const values = new Float64Array(length).map((_, i) => Math.sqrt(i))
    expect(decodeDataChunk(encodeDataChunk(times, values))).toEqual({ times, values })
  })

  test("does not keep or change its input", () => {
    const times = BigInt64Array.of(7n)
    const first = encodeDataChunk(times, Float64Array.of(1))
    const copy = first.slice()
    encodeDataChunk(BigInt64Array.of(8n), Float64Array.of(2))
    expect(first).toEqual(copy)
    expect(times[0]).toBe(7n)
  })
})

describe("ColumnBuffer", () => {
  test("grows, keeps its points, is used again", () => {
    const buffer = new ColumnBuffer(0)
    for (let i = 0; i < 1000; i++) buffer.append(BigInt(i), i / 2)
    const { times, values } = buffer.columns()
    expect(times.length).toBe(1000)
    expect([...times].every((time, i) => time === BigInt(i))).toBe(true)
    expect([...values].every((value, i) => value === i / 2)).toBe(true)
    const { times: memory } = buffer
    buffer.clear()
    expect(buffer.columns().times.length).toBe(0)
    decodeDataChunkInto(Uint8Array.of(0x0a, 1, 9, 0x12, 8, ...one), buffer)
    expect([buffer.length, buffer.times[0], buffer.values[0]]).toEqual([1, 9n, 1])
    expect(buffer.times).toBe(memory)
  })

  test("decodes again and again without allocating columns", () => {
    const bodies = [1, 3, 16, 2].map((n) =>
      encodeDataChunk(new BigInt64Array(n).fill(BigInt(n)), new Float64Array(n).fill(n)),
    )
    const buffer = new ColumnBuffer(16)
    const { times, values } = buffer
    for (const body of bodies) {
      decodeDataChunkInto(body, buffer)
      expect(buffer.columns()).toEqual(decodeDataChunk(body))
      expect([buffer.times, buffer.values]).toEqual([times, values])
      expect(buffer.times).toBe(times)
    }
  })

  test("refuses a capacity that is none", () => {
    for (const capacity of [-1, 0.5, Number.NaN, 2 ** 40]) {
      expect(() => new ColumnBuffer(capacity)).toThrow(expect.objectContaining({ code: "number" }))
    }
  })
})
