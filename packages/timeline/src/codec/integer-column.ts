import { bitLength } from "./bit-packing.js"
import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { greatestDivisor } from "./divisor.js"
import { malformed } from "./format.js"
import { readPacked, writePacked } from "./packed-numbers.js"
import { Scratch } from "./scratch.js"

/** First byte of a column of whole numbers. */
const CONSTANT = 0
const PLAIN = 1
const DIFFERENCES = 2
/** Added to one of these: the numbers are multiples of a unit above an origin. */
const UNITS = 4

/** Differences of numbers less than so far apart are themselves less than 2^53 apart. */
const DIFFERENCES_LIMIT = 2 ** 52

/** What a unit costs in the header, in bits and generously. */
const UNIT_BITS = 64

const MINI = 128

const scaled = new Scratch()
const differences = new Scratch()

/**
 * Write `count` ≥ 1 whole numbers, each below 2^53 in amount and less than 2^53 apart: as a constant, as they are, or as the differences from
 * each to the next; where all are multiples of a unit from the first one on, in that unit.
 */
export function writeIntegers(out: ByteWriter, numbers: Float64Array, count: number): void {
  const first = numbers[0]!
  let i = 1
  while (i < count && numbers[i] === first) i++
  if (i >= count) {
    out.byte(CONSTANT)
    out.signed(first)
    return
  }
  const unit = greatestDivisor(numbers, count)
  if (Math.log2(unit) * count < UNIT_BITS) {
    writeUnscaled(out, numbers, count, 0)
    return
  }
  const target = scaled.floats(count)
  for (let k = 0; k < count; k++) target[k] = (numbers[k]! - first) / unit
  writeUnscaled(out, target, count, UNITS, first, unit)
}

function writeUnscaled(
  out: ByteWriter,
  numbers: Float64Array,
  count: number,
  flags: number,
  origin?: number,
  unit?: number,
): void {
  const byDifferences = differencesAreSmaller(numbers, count)
  out.byte((byDifferences ? DIFFERENCES : PLAIN) + flags)
  if (unit !== undefined) {
    out.varint(unit)
    out.signed(origin!)
  }
  if (!byDifferences) {
    writePacked(out, numbers, count)
    return
  }
  const steps = differences.floats(count - 1)
  for (let i = 1; i < count; i++) steps[i - 1] = numbers[i]! - numbers[i - 1]!
  out.signed(numbers[0]!)
  writePacked(out, steps, count - 1)
}

/** Compare the widths that both would need in each mini-block, leaving exceptions aside. */
function differencesAreSmaller(numbers: Float64Array, count: number): boolean {
  let plainBits = 0
  let differenceBits = 0
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  let previous = numbers[0]!
  for (let start = 0; start < count; start += MINI) {
    const end = Math.min(start + MINI, count)
    let minimum = numbers[start]!
    let maximum = minimum
    let least = start === 0 ? numbers[1]! - previous : minimum - previous
    let most = least
    previous = minimum
    for (let i = start + 1; i < end; i++) {
      const number = numbers[i]!
      const step = number - previous
      if (number < minimum) minimum = number
      if (number > maximum) maximum = number
      if (step < least) least = step
      if (step > most) most = step
      previous = number
    }
    plainBits += bitLength(maximum - minimum) * (end - start)
    differenceBits += bitLength(most - least) * (end - start)
    if (minimum < lowest) lowest = minimum
    if (maximum > highest) highest = maximum
  }
  return differenceBits < plainBits && highest - lowest < DIFFERENCES_LIMIT
}

/** Read `count` ≥ 1 numbers into `target`. */
export function readIntegers(from: ByteReader, target: Float64Array, count: number): void {
  const mode = from.byte()
  if (mode === CONSTANT) {
    target.fill(from.signed(), 0, count)
    return
  }
  const kind = mode & 3
  if (mode > DIFFERENCES + UNITS || (kind !== PLAIN && kind !== DIFFERENCES))
    throw malformed(`whole numbers of kind ${mode}`)
  const unit = mode & UNITS ? from.varint() : 1
  const origin = mode & UNITS ? from.signed() : 0
  if (kind === PLAIN) {
    readPacked(from, target, 0, count)
  } else {
    if (count === 1) throw malformed("differences of a single number")
    let sum = from.signed()
    readPacked(from, target, 1, count - 1)
    target[0] = sum
    for (let i = 1; i < count; i++) {
      sum += target[i]!
      target[i] = sum
    }
  }
  if (mode & UNITS) {
    for (let i = 0; i < count; i++) target[i] = origin + unit * target[i]!
  }
}
