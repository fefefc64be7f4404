import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { malformed } from "./format.js"
import { takeSample } from "./sample.js"
import { binary, decimals, MAX_BINARY } from "./scale.js"
import { fitScale, type ScaleFit, scaleOf } from "./scale-fit.js"
import { readScaled, writeScaled } from "./scaled-column.js"
import { estimateXor, readXor, writeXor } from "./xor-column.js"

/** First byte of a column of values; to those of decimals the number of places is added. */
const RAW = 0
const CONSTANT = 1
const XOR = 2
/** Followed by the number of places. */
const BINARY = 3
const DECIMALS = 0x30
const DECIMALS_CORRECTED = 0x40

/** From so many bits a value on, eight bytes as they are serve as well, and are faster. */
const RAW_BITS = 62

/** Whole numbers below this in amount can be multiples. */
const LARGEST_WHOLE = 2 ** 51

/**
 * Write values in the codec that a sample says is the smallest. Every bit comes back, but that any NaN becomes the one NaN.
 */
export function writeValues(out: ByteWriter, values: Float64Array): void {
  const count = values.length
  if (isConstant(values)) {
    writeConstant(out, values[0]!)
    return
  }
  const sample = takeSample(values)
  const fit = fitScale(sample)
  const xorBits = estimateXor(sample)
  const start = out.position
  const limit = start + 1 + 8 * count
  if (fit.bits <= Math.min(xorBits, RAW_BITS)) {
    writeScale(out, fit)
    if (writeScaled(out, values, scaleOf(fit), fit.corrected, count >>> 2) && out.position < limit) return
    out.position = start
  }
  if (xorBits < RAW_BITS) {
    out.byte(XOR)
    writeXor(out, values)
    if (out.position < limit) return
    out.position = start
  }
  writeRaw(out, values)
}

/** Multiples of tens are written as whole numbers. */
function writeScale(out: ByteWriter, { kind, places, corrected }: ScaleFit): void {
  if (kind === "decimal") {
    out.byte((corrected ? DECIMALS_CORRECTED : DECIMALS) + Math.max(0, places))
  } else {
    out.byte(BINARY)
    out.byte(places)
  }
}

function isConstant(values: Float64Array): boolean {
  const first = values[0]!
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false
  return true
}

/** Whole numbers are shorter as such. */
function writeConstant(out: ByteWriter, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < LARGEST_WHOLE && !Object.is(value, -0)) {
    out.byte(DECIMALS)
    writeScaled(out, Float64Array.of(value), decimals(0), false, 0)
  } else {
    out.byte(CONSTANT)
    out.float64(value)
  }
}

function writeRaw(out: ByteWriter, values: Float64Array): void {
  out.byte(RAW)
  const at = out.claim(8 * values.length)
  const view = new DataView(out.bytes.buffer)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    view.setFloat64(at + 8 * i, Number.isNaN(value) ? Number.NaN : value, true)
  }
}

/** Read `count` ≥ 1 values. */
export function readValues(from: ByteReader, count: number): Float64Array {
  const codec = from.byte()
  const places = codec & 0xf
  if (codec - places === DECIMALS) return readScaled(from, count, decimals(places).divisor, false)
  if (codec - places === DECIMALS_CORRECTED) return readScaled(from, count, decimals(places).divisor, true)
  if (codec === BINARY) return readScaled(from, count, readBinary(from), false)
  if (codec === XOR) return readXor(from, count)
  if (codec === CONSTANT) return new Float64Array(count).fill(from.float64())
  if (codec === RAW) return readRaw(from, count)
  throw malformed(`values of codec ${codec}`)
}

function readBinary(from: ByteReader): number {
  const places = from.byte()
  if (places > MAX_BINARY) throw malformed(`${places} binary places`)
  return binary(places).divisor
}

function readRaw(from: ByteReader, count: number): Float64Array {
  const view = from.view(8 * count)
  const values = new Float64Array(count)
  new Uint8Array(values.buffer).set(view)
  return values
}
