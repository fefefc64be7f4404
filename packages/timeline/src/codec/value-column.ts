import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { readDecimals, writeDecimals, writtenExponent } from "./decimal-column.js"
import { type DecimalFit, fitDecimals, MAX_EXPONENT } from "./decimal-fit.js"
import { malformed } from "./format.js"
import { estimateXor, readXor, writeXor } from "./xor-column.js"

/** First byte of a column of values; to those of decimals the number of places is added. */
const RAW = 0
const CONSTANT = 1
const XOR = 2
const DECIMALS = 0x30
const CORRECTED = 0x40

/** Values are sampled in so many stretches of so many neighbours. */
const STRETCHES = 6
const STRETCH = 16
const sample = new Float64Array(STRETCHES * STRETCH)

/** From so many bits a value on, eight bytes as they are serve as well, and are faster. */
const RAW_BITS = 62

/**
 * Write values in the codec that a sample says is the smallest. Every bit comes back, but that any NaN becomes the one NaN.
 */
export function writeValues(out: ByteWriter, values: Float64Array): void {
  const count = values.length
  if (isConstant(values)) {
    writeConstant(out, values[0]!)
    return
  }
  const length = takeSample(values)
  const fit = fitDecimals(sample, length, STRETCH)
  const xorBits = estimateXor(sample, length, STRETCH)
  const start = out.position
  const limit = start + 1 + 8 * count
  if (fit.bits <= Math.min(xorBits, RAW_BITS)) {
    out.byte((fit.corrected ? CORRECTED : DECIMALS) + writtenExponent(fit))
    if (writeDecimals(out, values, fit, count >>> 2) && out.position < limit) return
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

const constantFit: DecimalFit = { exponent: 0, corrected: false, bits: 0 }

function isConstant(values: Float64Array): boolean {
  const first = values[0]!
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false
  return true
}

/** Whole numbers are shorter as such. */
function writeConstant(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    out.byte(DECIMALS)
    writeDecimals(out, Float64Array.of(value), constantFit, 0)
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

function takeSample(values: Float64Array): number {
  const count = values.length
  if (count <= sample.length) {
    sample.set(values)
    return count
  }
  for (let i = 0; i < STRETCHES; i++) {
    const start = Math.floor((i * (count - STRETCH)) / (STRETCHES - 1))
    for (let k = 0; k < STRETCH; k++) sample[i * STRETCH + k] = values[start + k]!
  }
  return sample.length
}

/** Read `count` ≥ 1 values. */
export function readValues(from: ByteReader, count: number): Float64Array {
  const codec = from.byte()
  if (codec >= DECIMALS && codec <= DECIMALS + MAX_EXPONENT) return readDecimals(from, count, codec - DECIMALS, false)
  if (codec >= CORRECTED && codec <= CORRECTED + MAX_EXPONENT) return readDecimals(from, count, codec - CORRECTED, true)
  if (codec === XOR) return readXor(from, count)
  if (codec === CONSTANT) return new Float64Array(count).fill(from.float64())
  if (codec === RAW) return readRaw(from, count)
  throw malformed(`values of codec ${codec}`)
}

function readRaw(from: ByteReader, count: number): Float64Array {
  const view = from.view(8 * count)
  const values = new Float64Array(count)
  new Uint8Array(values.buffer).set(view)
  return values
}
