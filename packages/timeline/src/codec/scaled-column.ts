import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { readExceptions, writeExceptions } from "./exceptions.js"
import { MAX_COUNT } from "./format.js"
import { readIntegers, writeIntegers } from "./integer-column.js"
import { nearestMultiple, type Scale } from "./scale.js"
import { MAX_CORRECTION } from "./scale-fit.js"
import { Scratch } from "./scratch.js"

const TWO_32 = 2 ** 32

const multipleScratch = new Scratch()
const correctionScratch = new Scratch()

let exceptions = 0
const exceptionAt = new Int32Array(MAX_COUNT)

/** One float64 and its words. */
const product = new Float64Array(1)
const productWords = new Int32Array(product.buffer)

/**
 * Write values as whole multiples of the scale, then corrections of their last bits if they are `corrected`, then those that are no multiples.
 * Returns false, having written nothing, if more than `mostExceptions` are none.
 */
export function writeScaled(
  out: ByteWriter,
  values: Float64Array,
  scale: Scale,
  corrected: boolean,
  mostExceptions: number,
): boolean {
  const count = values.length
  const multiples = multipleScratch.floats(count)
  const corrections = correctionScratch.floats(corrected ? count : 0)
  exceptions = 0
  if (corrected) takeNearest(values, scale, multiples, corrections)
  else takeExact(values, scale, multiples)
  if (exceptions > mostExceptions) return false
  fillFront(multiples)
  writeIntegers(out, multiples, count)
  if (corrected) writeIntegers(out, corrections, count)
  writeExceptions(out, values, exceptionAt, exceptions)
  return true
}

function takeExact(values: Float64Array, scale: Scale, multiples: Float64Array): void {
  const { divisor } = scale
  let previous = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const multiple = nearestMultiple(value, scale)
    if (multiple / divisor === value && (multiple !== 0 || Object.is(value, 0))) previous = multiple
    else exceptionAt[exceptions++] = i
    multiples[i] = previous
  }
}

function takeNearest(values: Float64Array, scale: Scale, multiples: Float64Array, corrections: Float64Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  let previous = 0
  for (let i = 0; i < values.length; i++) {
    const multiple = nearestMultiple(values[i]!, scale)
    product[0] = multiple / scale.divisor
    const high = words[2 * i + 1]! - productWords[1]!
    const correction = high * TWO_32 + (words[2 * i]! >>> 0) - (productWords[0]! >>> 0)
    // Where the product is NaN the value may be, too, with the same bits.
    if (Math.abs(correction) <= MAX_CORRECTION && !Number.isNaN(multiple)) {
      previous = multiple
      corrections[i] = correction
    } else {
      corrections[i] = 0
      exceptionAt[exceptions++] = i
    }
    multiples[i] = previous
  }
}

/** What stands for an exception repeats what is before it; at the front, what is behind it. */
function fillFront(multiples: Float64Array): void {
  let front = 0
  while (front < exceptions && exceptionAt[front] === front) front++
  if (front > 0) multiples.fill(multiples[front]!, 0, front)
}

/** Read `count` values that were divided by `divisor`. */
export function readScaled(from: ByteReader, count: number, divisor: number, corrected: boolean): Float64Array {
  const values = new Float64Array(count)
  readIntegers(from, values, count)
  if (divisor > 1) for (let i = 0; i < count; i++) values[i] = values[i]! / divisor
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
