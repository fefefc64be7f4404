import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { type DecimalFit, MAX_CORRECTION, MAX_EXPONENT, nearestMultiple, powersOfTen } from "./decimal-fit.js"
import { readExceptions, writeExceptions } from "./exceptions.js"
import { MAX_COUNT } from "./format.js"
import { readIntegers, writeIntegers } from "./integer-column.js"
import { Scratch } from "./scratch.js"

const TWO_32 = 2 ** 32

const multipleScratch = new Scratch()
const correctionScratch = new Scratch()

let exceptions = 0
const exceptionAt = new Int32Array(MAX_COUNT)

/** One float64 and its words. */
const decimal = new Float64Array(1)
const decimalWords = new Int32Array(decimal.buffer)

/**
 * Write values as whole multiples of a power of ten, corrections of their last bits if the fit says so, and those that are no such decimals as
 * they are. Returns false, having written anything or nothing, if more than `mostExceptions` are none.
 */
export function writeDecimals(out: ByteWriter, values: Float64Array, fit: DecimalFit, mostExceptions: number): boolean {
  const count = values.length
  const multiples = multipleScratch.floats(count)
  exceptions = 0
  if (fit.corrected) {
    const corrections = correctionScratch.floats(count)
    takeNearest(values, fit.exponent, multiples, corrections)
    if (exceptions > mostExceptions) return false
    writeIntegers(out, multiples, count)
    writeIntegers(out, corrections, count)
  } else {
    takeExact(values, fit.exponent, multiples)
    if (exceptions > mostExceptions) return false
    writeIntegers(out, multiples, count)
  }
  writeExceptions(out, values, exceptionAt, exceptions)
  return true
}

function takeExact(values: Float64Array, exponent: number, multiples: Float64Array): void {
  const power = powersOfTen[exponent]!
  let previous = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const multiple = nearestMultiple(value, exponent)
    if (multiple / power === value && (multiple !== 0 || Object.is(value, 0))) previous = multiple
    else exceptionAt[exceptions++] = i
    multiples[i] = previous
  }
  fillFront(multiples)
}

function takeNearest(values: Float64Array, exponent: number, multiples: Float64Array, corrections: Float64Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  const power = exponent > 0 ? powersOfTen[exponent]! : 1
  let previous = 0
  for (let i = 0; i < values.length; i++) {
    const multiple = nearestMultiple(values[i]!, exponent)
    decimal[0] = multiple / power
    const high = words[2 * i + 1]! - decimalWords[1]!
    const correction = high * TWO_32 + (words[2 * i]! >>> 0) - (decimalWords[0]! >>> 0)
    // Where the decimal is NaN the value may be, too, with the same bits.
    if (Math.abs(correction) <= MAX_CORRECTION && !Number.isNaN(multiple)) {
      previous = multiple
      corrections[i] = correction
    } else {
      corrections[i] = 0
      exceptionAt[exceptions++] = i
    }
    multiples[i] = previous
  }
  fillFront(multiples)
}

/** What stands for exceptions repeats what is before it; at the front, what is behind it. */
function fillFront(multiples: Float64Array): void {
  let front = 0
  while (front < exceptions && exceptionAt[front] === front) front++
  if (front > 0) multiples.fill(multiples[front]!, 0, front)
}

/** Read `count` values of `exponent` decimal places. */
export function readDecimals(from: ByteReader, count: number, exponent: number, corrected: boolean): Float64Array {
  const values = new Float64Array(count)
  readIntegers(from, values, count)
  if (exponent > 0) {
    const power = powersOfTen[exponent]!
    for (let i = 0; i < count; i++) values[i] = values[i]! / power
  }
  if (corrected) correct(from, values)
  readExceptions(from, values)
  return values
}

function correct(from: ByteReader, values: Float64Array): void {
  const corrections = correctionScratch.floats(values.length)
  readIntegers(from, corrections, values.length)
  const words = new Int32Array(values.buffer)
  for (let i = 0; i < values.length; i++) {
    const correction = corrections[i]!
    if (correction === 0) continue
    const low = (words[2 * i]! >>> 0) + correction
    words[2 * i] = low
    words[2 * i + 1] = words[2 * i + 1]! + Math.floor(low / TWO_32)
  }
}

/** The exponent that is written: multiples of tens are written as whole numbers. */
export function writtenExponent(fit: DecimalFit): number {
  return Math.max(0, Math.min(MAX_EXPONENT, fit.exponent))
}
