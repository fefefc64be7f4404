import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { estimateDictionary, takeDictionary } from "./dictionary.js"
import { MAX_COUNT, malformed } from "./format.js"
import { readIntegers, writeIntegers } from "./integer-column.js"
import { takeSample } from "./sample.js"
import { binary, decimals, MAX_BINARY } from "./scale.js"
import { fitScale, type ScaleFit, scaleOf } from "./scale-fit.js"
import { readScaled, writeScaled } from "./scaled-column.js"
import { Scratch } from "./scratch.js"
import { estimateXor, readXor, writeXor } from "./xor-column.js"

/** First byte of a column of values; to those of decimals the number of places is added. */
const RAW = 0
const CONSTANT = 1
const XOR = 2
const BINARY = 3
const DICTIONARY = 4
const DECIMALS = 0x30
const DECIMALS_CORRECTED = 0x40

/** From so many bits a value on, eight bytes as they are serve as well, and are faster. */
const RAW_BITS = 62

/** Values that are multiples are not looked up in a dictionary unless they take more bits. */
const WIDE_BITS = 24

/** Whole numbers below this in amount can be multiples. */
const LARGEST_WHOLE = 2 ** 51

const indexScratch = new Scratch()

/** A way to write a column. */
interface Plan {
  /** Estimated bits of a value. */
  readonly bits: number
  /** Writes the column; returns false where that does not do, whatever has been written. */
  write(): boolean
}

/**
 * Write values in the codec that a sample says is the smallest. Every bit comes back, but that any NaN becomes the one NaN.
 */
export function writeValues(out: ByteWriter, values: Float64Array): void {
  if (isConstant(values)) {
    writeConstant(out, values[0]!)
    return
  }
  const start = out.position
  const limit = start + 1 + 8 * values.length
  for (const plan of plansFor(out, values)) {
    if (plan.write() && out.position <= limit) return
    out.position = start
  }
}

/** Ways to write a column, the most promising first; the last resort always does. */
function plansFor(out: ByteWriter, values: Float64Array): Plan[] {
  const sample = takeSample(values)
  const fit = fitScale(sample)
  const xorBits = estimateXor(sample)
  const plainBits = Math.min(fit.bits, xorBits, RAW_BITS)
  const dictionaryBits =
    fit.exact && fit.bits < WIDE_BITS ? Number.POSITIVE_INFINITY : estimateDictionary(sample, values.length)
  const plans: Plan[] = [
    { bits: fit.bits, write: () => writeFit(out, values, fit) },
    { bits: dictionaryBits, write: () => writeDictionary(out, values, plainBits) },
    { bits: xorBits, write: () => writeXorColumn(out, values) },
    { bits: RAW_BITS, write: () => writeRaw(out, values) },
  ]
  return plans.sort((left, right) => left.bits - right.bits)
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

/** Multiples of tens are written as whole numbers. */
function writeFit(out: ByteWriter, values: Float64Array, fit: ScaleFit): boolean {
  if (fit.kind === "decimal") {
    out.byte((fit.corrected ? DECIMALS_CORRECTED : DECIMALS) + Math.max(0, fit.places))
  } else {
    out.byte(BINARY)
    out.byte(fit.places)
  }
  return writeScaled(out, values, scaleOf(fit), fit.corrected, values.length >>> 2)
}

function writeDictionary(out: ByteWriter, values: Float64Array, mostBits: number): boolean {
  const dictionary = takeDictionary(values, mostBits)
  if (dictionary === undefined) return false
  const { entries, indexes } = dictionary
  out.byte(DICTIONARY)
  out.varint(entries.length - 1)
  // Entries are all different, so that they have no dictionary themselves.
  writeValues(out, entries)
  writeIntegers(out, indexes, values.length)
  return true
}

function writeXorColumn(out: ByteWriter, values: Float64Array): boolean {
  out.byte(XOR)
  writeXor(out, values)
  return true
}

function writeRaw(out: ByteWriter, values: Float64Array): boolean {
  out.byte(RAW)
  const at = out.claim(8 * values.length)
  const view = new DataView(out.bytes.buffer)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    view.setFloat64(at + 8 * i, Number.isNaN(value) ? Number.NaN : value, true)
  }
  return true
}

/** Read `count` ≥ 1 values. */
export function readValues(from: ByteReader, count: number): Float64Array {
  const codec = from.byte()
  return codec === DICTIONARY ? readDictionary(from, count) : readPlain(from, count, codec)
}

function readPlain(from: ByteReader, count: number, codec: number): Float64Array {
  const places = codec & 0xf
  if (codec - places === DECIMALS) return readScaled(from, count, decimals(places).divisor, false)
  if (codec - places === DECIMALS_CORRECTED) return readScaled(from, count, decimals(places).divisor, true)
  if (codec === BINARY) return readScaled(from, count, readBinary(from), false)
  if (codec === XOR) return readXor(from, count)
  if (codec === CONSTANT) return new Float64Array(count).fill(from.float64())
  if (codec === RAW) return readRaw(from, count)
  throw malformed(`values of codec ${codec}`)
}

/** The entries of a dictionary have none themselves. */
function readDictionary(from: ByteReader, count: number): Float64Array {
  const size = from.varint() + 1
  if (size > MAX_COUNT) throw malformed(`a dictionary of ${size} values`)
  const entries = readPlain(from, size, from.byte())
  const indexes = indexScratch.floats(count)
  readIntegers(from, indexes, count)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const index = indexes[i]!
    if (!(index >= 0 && index < size)) throw malformed(`value ${index} of a dictionary of ${size}`)
    values[i] = entries[index]!
  }
  return values
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
