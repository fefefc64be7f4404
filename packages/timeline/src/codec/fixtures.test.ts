import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { randomFrom, shapedOffsets, shapedValues } from "../testing/column-shapes.js"
import { referencePoints } from "../testing/reference-data.js"
import { referenceRows } from "../testing/reference-rows.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { decodePointBlock, encodePointBlock } from "./point-block-codec.js"
import { readRising, writeRising } from "./rising-column.js"
import { decodeRowBlock, encodeRowBlock } from "./row-block-codec.js"
import { readValues, writeValues } from "./value-column.js"

/**
 * What was encoded once must be read for ever: a fixture that is not read any more means a new version of the format. An encoder that has
 * found something better may write other bytes; then the new ones are added under a new name, and the old ones are only read.
 */
const fixtures: Record<string, string> = JSON.parse(
  readFileSync(new URL("../../fixtures/blocks.json", import.meta.url), "utf8"),
)

const bytesOf = (name: string) => Buffer.from(fixtures[name]!, "hex")
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

function written(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter()
  write(out)
  return out.finish()
}

const random = randomFrom(9)
const whole = (below: number) => Math.floor(random() * below)
const column = (count: number, value: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => value(i))

/** By name of the fixture: the first byte, which is the codec, and the values. */
const valueColumns: Record<string, [codec: number, values: Float64Array]> = {
  raw: [0x00, shapedValues("any bits", 1, 5)],
  "constant fraction": [0x01, column(9, () => 0.1 + 0.2)],
  "constant NaN": [0x01, column(9, () => Number.NaN)],
  "constant whole number": [0x30, column(9, () => -230)],
  xor: [0x02, shapedValues("seldom changing", 1, 40)],
  "xor with zeros behind": [
    0x02,
    column(12, (i) => (i % 3 === 0 ? Number.POSITIVE_INFINITY : 2 ** (40 * i) * (i - 5))),
  ],
  "binary places": [0x03, column(20, () => Math.fround(20 + random()))],
  dictionary: [0x04, column(120, () => [0, 1 / 3, 2 / 7, 0.1 + 0.2, Number.NaN][whole(5)]!)],
  "decimals in two mini-blocks": [0x31, column(150, (i) => (i + whole(8)) / 10)],
  "decimals with exceptions": [0x32, column(40, (i) => (i % 13 === 5 ? Math.PI * i : whole(500) / 100))],
  "decimals with gaps": [0x32, column(40, (i) => (i % 13 === 0 ? Number.NaN : whole(500) / 100))],
  "differences with a reset": [0x30, column(150, (i) => (i < 140 ? 1_000_000 + 1000 * i : 0) + whole(4))],
  "units above an origin": [0x30, column(60, () => 77 + 4096 * whole(64))],
  "differences in units": [0x30, column(60, (i) => 1024 * (3 + 100 * i + whole(4)))],
  "patched on both sides": [0x31, column(60, (i) => (i % 20 === 7 ? (i - 30) * 1e5 : whole(16)) / 10)],
  "more than 32 bits": [0x30, column(12, () => whole(2 ** 26) * 2 ** 20 + whole(2 ** 20))],
  "corrected decimals": [0x42, column(60, () => 100 + whole(40) / 10 + whole(2000) / 100)],
}

test.each(Object.entries(valueColumns))("values: %s", (name, [codec, values]) => {
  const bytes = written((out) => writeValues(out, values))
  expect(bytes[0]).toBe(codec)
  expect(hex(bytes)).toBe(fixtures[name])
  expect(readValues(new ByteReader(bytesOf(name)), values.length)).toEqual(values)
})

const risingColumns: Record<string, Float64Array> = {
  "one time": Float64Array.of(7),
  "fixed step": shapedOffsets("fixed", 1, 300, 5),
  "jittered times": shapedOffsets("jittered", 1, 20),
  "times with gaps": shapedOffsets("gaps", 1, 140),
  "times in milliseconds": shapedOffsets("milliseconds", 1, 40),
  "times up to 2^53": Float64Array.of(0, 1, 2 ** 53 - 1),
  "rows before the epoch": Float64Array.of(-5, -4, 1),
}

test.each(Object.entries(risingColumns))("%s", (name, numbers) => {
  expect(hex(written((out) => writeRising(out, numbers)))).toBe(fixtures[name])
  expect(readRising(new ByteReader(bytesOf(name)), numbers.length)).toEqual(numbers)
})

test("a block of points", () => {
  const block = referencePoints(1, 0, 200, { jittered: true, inexact: true })
  expect(hex(encodePointBlock(block))).toBe(fixtures.points)
  expect(decodePointBlock(bytesOf("points"))).toEqual(block)
})

test("a block of rows", () => {
  const block = referenceRows(referencePoints(1, 0, 601), 20, 800_000_000)
  expect(hex(encodeRowBlock(block))).toBe(fixtures.rows)
  expect(decodeRowBlock(bytesOf("rows"))).toEqual(block)
})

test("every fixture is of a block that is tested", () => {
  const names = [...Object.keys(valueColumns), ...Object.keys(risingColumns), "points", "rows"]
  expect(Object.keys(fixtures).sort()).toEqual(names.sort())
})
