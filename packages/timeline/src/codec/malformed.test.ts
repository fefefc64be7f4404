import { DataError } from "@metricq/protocol"
import { expect, test } from "vitest"
import { randomFrom, shapedOffsets, shapedValues, stepShapes, valueShapes } from "../testing/column-shapes.js"
import { MAX_COUNT } from "./format.js"
import { decodePointBlock, encodePointBlock } from "./point-block-codec.js"
import { decodeRowBlock, encodeRowBlock } from "./row-block-codec.js"

const CODES = ["block-truncated", "block-malformed", "block-version"]

/** Points in every shape of values, with the shapes of times in turn. */
function pointCorpus(count: number): Uint8Array[] {
  const steps = Object.keys(stepShapes)
  return Object.keys(valueShapes).map((shape, i) => {
    const offsets = shapedOffsets(steps[i % steps.length]!, i, count, i)
    return encodePointBlock({ baseNs: BigInt(i) * 10n ** 17n, offsets, values: shapedValues(shape, i, count) })
  })
}

function rowCorpus(length: number): Uint8Array[] {
  const column = (shape: string, seed: number) => shapedValues(shape, seed, length)
  return [1, 2, 3].map((seed) =>
    encodeRowBlock({
      rows: shapedOffsets("gaps", seed, length),
      minimum: column("decimals", seed),
      maximum: column("special", seed),
      sum: column("inexact", seed),
      count: column("constant", seed),
      integral: column("tens", seed),
      activeNs: column("seldom changing", seed),
    }),
  )
}

const decoders = [
  {
    decode: (bytes: Uint8Array) => decodePointBlock(bytes).values.length,
    corpus: [...pointCorpus(20), ...pointCorpus(150)],
  },
  { decode: (bytes: Uint8Array) => decodeRowBlock(bytes).rows.length, corpus: [...rowCorpus(20), ...rowCorpus(150)] },
]

/** Decode to a block, or to an error of the kind that is promised. */
function attempt(decode: (bytes: Uint8Array) => number, bytes: Uint8Array): "block" | string {
  try {
    const count = decode(bytes)
    if (count < 1 || count > MAX_COUNT) throw new Error(`a block of ${count}`)
    return "block"
  } catch (error) {
    if (error instanceof DataError && CODES.includes(error.code)) return error.code
    throw new Error(`${Buffer.from(bytes).toString("hex")} gives ${error}`, { cause: error })
  }
}

test("no part of a block is a block", () => {
  for (const { decode, corpus } of decoders) {
    for (const bytes of corpus) {
      for (let end = 0; end < bytes.length; end++) expect(attempt(decode, bytes.subarray(0, end))).not.toBe("block")
      expect(attempt(decode, Uint8Array.of(...bytes, 0))).toBe("block-malformed")
    }
  }
})

test("a flipped bit gives some block or an error", () => {
  for (const { decode, corpus } of decoders) {
    for (const bytes of corpus) {
      for (let bit = 0; bit < 8 * Math.min(bytes.length, 400); bit++) {
        const flipped = bytes.slice()
        flipped[bit >>> 3]! ^= 1 << (bit & 7)
        attempt(decode, flipped)
      }
    }
  }
})

test("bytes that were changed at random, or are random behind a right start, give some block or an error", () => {
  const random = randomFrom(3)
  const below = (limit: number) => Math.floor(random() * limit)
  const seen = new Set<string>()
  for (let round = 0; round < 60_000; round++) {
    const { decode, corpus } = decoders[round % decoders.length]!
    const bytes = corpus[below(corpus.length)]!.slice()
    if (round % 3 === 0) {
      for (let i = 1 + below(40); i < bytes.length; i++) bytes[i] = below(256)
    } else {
      for (let changes = 1 + below(4); changes > 0; changes--) bytes[below(bytes.length)] = below(256)
    }
    seen.add(attempt(decode, bytes.subarray(0, 1 + below(bytes.length))))
    seen.add(attempt(decode, bytes))
  }
  expect([...seen].sort()).toEqual(["block", ...CODES].sort())
})

test("a short block that claims to be long costs no more memory than a block may", () => {
  const count = Buffer.from([0xff, 0xff, 0x03])
  const longest = Buffer.concat([
    Buffer.of(0x11),
    count,
    Buffer.alloc(8),
    Buffer.from("000100003000", "hex"),
    Buffer.of(0, 0),
  ])
  expect(decodePointBlock(longest).values.length).toBe(MAX_COUNT)
  count[2] = 0x07
  expect(attempt((bytes) => decodePointBlock(bytes).values.length, Buffer.concat([Buffer.of(0x11), count]))).toBe(
    "block-malformed",
  )
})

test.each([0x00, 0x10, 0x12, 0x21, 0xff])("points of kind %i are refused", (kind) => {
  const bytes = pointCorpus(3)[0]!.slice()
  bytes[0] = kind
  expect(() => decodePointBlock(bytes)).toThrow(expect.objectContaining({ name: "DataError", code: "block-version" }))
})

test("blocks are read from any place in a larger buffer", () => {
  for (const { decode, corpus } of decoders) {
    for (const bytes of corpus) {
      for (const start of [1, 3, 4, 7]) {
        const buffer = Buffer.alloc(bytes.length + 16, 0xff)
        buffer.set(bytes, start)
        expect(attempt(decode, buffer.subarray(start, start + bytes.length))).toBe("block")
      }
    }
  }
})
