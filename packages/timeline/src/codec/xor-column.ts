import { DataError } from "@metricq/protocol"
import { BitReader, BitWriter } from "./bit-stream.js"
import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { type Sample, STRETCH } from "./sample.js"

/**
 * Values as the exclusive or of their bits with those of the value before, without the zeros in front and, where it pays, behind.
 *
 * After Pelkonen et al., Gorilla (VLDB 2015), with the classes of leading zeros of Liakos et al., Chimp (VLDB 2022).
 */

/** Leading zeros are counted down to one of these. */
const LEADING = [0, 8, 12, 16, 18, 20, 22, 24]
const classOf = Int32Array.from({ length: 65 }, (_, zeros) => LEADING.findLastIndex((least) => least <= zeros))

/** First two bits of a value. */
const SAME = 0
const MIDDLE = 1
const AS_BEFORE = 2
const LEADING_CLASS = 3

const MIDDLE_HEAD = 9
const CLASS_HEAD = 3
const LONGEST = 2 + MIDDLE_HEAD + 64

const writer = new BitWriter()
const reader = new BitReader()

const NAN_HIGH = 0x7ff80000

/** Write values; any NaN becomes the one NaN. */
export function writeXor(out: ByteWriter, values: Float64Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  writer.reset(LONGEST * values.length)
  let low = 0
  let high = 0
  let leadingClass = 0
  for (let i = 0; i < values.length; i++) {
    const gap = Number.isNaN(values[i])
    const nextLow = gap ? 0 : words[2 * i]!
    const nextHigh = gap ? NAN_HIGH : words[2 * i + 1]!
    leadingClass = writeDifference(low ^ nextLow, high ^ nextHigh, leadingClass)
    low = nextLow
    high = nextHigh
  }
  const bytes = writer.bytes()
  out.varint(bytes.length)
  out.copy(bytes)
}

/** Returns the class of leading zeros that holds from now on. */
function writeDifference(low: number, high: number, before: number): number {
  if ((low | high) === 0) {
    writer.write(SAME, 2)
    return before
  }
  const leadingClass = classOf[leadingZeros(low, high)]!
  const trailing = trailingZeros(low, high)
  const length = 64 - LEADING[leadingClass]!
  if (trailing > MIDDLE_HEAD) {
    writer.write(MIDDLE | (leadingClass << 2) | ((length - trailing - 1) << 5), 2 + MIDDLE_HEAD)
    if (trailing >= 32) writeLong(high >>> (trailing - 32), 0, length - trailing)
    else writeLong((low >>> trailing) | ((high << 1) << (31 - trailing)), high >>> trailing, length - trailing)
    return leadingClass
  }
  if (leadingClass === before) writer.write(AS_BEFORE, 2)
  else writer.write(LEADING_CLASS | (leadingClass << 2), 2 + CLASS_HEAD)
  writeLong(low, high, length)
  return leadingClass
}

function writeLong(low: number, high: number, length: number): void {
  if (length <= 32) {
    writer.write(low, length)
    return
  }
  writer.write(low, 32)
  writer.write(high, length - 32)
}

function leadingZeros(low: number, high: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
}

function trailingZeros(low: number, high: number): number {
  return low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low)
}

/** Read `count` values. */
export function readXor(from: ByteReader, count: number): Float64Array {
  reader.reset(from.view(from.varint()))
  const values = new Float64Array(count)
  const words = new Int32Array(values.buffer)
  let low = 0
  let high = 0
  let length = 64
  for (let i = 0; i < 2 * count; i += 2) {
    const code = reader.read(2)
    if (code !== SAME) {
      let trailing = 0
      let middle = length
      if (code !== AS_BEFORE) {
        length = 64 - LEADING[reader.read(3)]!
        middle = length
        if (code === MIDDLE) {
          middle = reader.read(6) + 1
          trailing = Math.max(0, length - middle)
        }
      }
      const bitsLow = reader.read(Math.min(32, middle))
      const bitsHigh = middle > 32 ? reader.read(middle - 32) : 0
      low ^= trailing >= 32 ? 0 : bitsLow << trailing
      high ^=
        trailing >= 32 ? bitsLow << (trailing - 32) : (bitsHigh << trailing) | ((bitsLow >>> 1) >>> (31 - trailing))
      if (reader.overrun) throw new DataError("block-truncated", `block ends inside of value ${i / 2}`)
    }
    words[i] = low
    words[i + 1] = high
  }
  if (reader.overrun) throw new DataError("block-truncated", "block ends inside of the last value")
  return values
}

/** Bits of a value, estimated on a sample. */
export function estimateXor({ values, length }: Sample): number {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * length)
  let bits = 0
  let differences = 0
  for (let i = 1; i < length; i++) {
    if (i % STRETCH === 0) continue
    const low = words[2 * i]! ^ words[2 * i - 2]!
    const high = words[2 * i + 1]! ^ words[2 * i - 1]!
    differences++
    bits += 2
    if ((low | high) === 0) continue
    const used = 64 - LEADING[classOf[leadingZeros(low, high)]!]!
    const trailing = trailingZeros(low, high)
    bits += trailing > MIDDLE_HEAD ? MIDDLE_HEAD + used - trailing : CLASS_HEAD / 2 + used
  }
  return differences === 0 ? 64 : bits / differences
}
