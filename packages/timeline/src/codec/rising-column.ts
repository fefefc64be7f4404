import { DataError } from "@metricq/protocol"
import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { malformed } from "./format.js"
import { readIntegers, writeIntegers } from "./integer-column.js"
import { Scratch } from "./scratch.js"
import { typicalStep } from "./typical-step.js"

const LIMIT = 2 ** 53

const residuals = new Scratch()

/**
 * Write whole numbers that strictly rise, each below 2^53 in amount and less than 2^53 apart, as a straight line and what each lies beside it.
 *
 * A fixed step leaves nothing beside the line, so it costs a few bytes. Times that jitter about a grid need the bits of the jitter, once.
 *
 * @throws {DataError} `block-columns` for other numbers
 */
export function writeRising(out: ByteWriter, numbers: Float64Array): void {
  const count = numbers.length
  const first = numbers[0]!
  checkRising(numbers)
  out.signed(first)
  const steps = residuals.floats(count)
  const step = count === 1 ? 0 : typicalStep(numbers)
  if (!takeResiduals(numbers, first, step, steps)) {
    takeResiduals(numbers, first, 0, steps)
    out.varint(0)
  } else {
    out.varint(step)
  }
  writeIntegers(out, steps, count)
}

function checkRising(numbers: Float64Array): void {
  const last = numbers.length - 1
  let previous = Number.NEGATIVE_INFINITY
  let wrong = 0
  for (let i = 0; i <= last; i++) {
    const number = numbers[i]!
    if (!(number > previous) || Math.floor(number) !== number) wrong++
    previous = number
  }
  const first = numbers[0]!
  const final = numbers[last]!
  if (wrong === 0 && first > -LIMIT && final < LIMIT && final - first < LIMIT) return
  throw new DataError("block-columns", "times or rows of a block do not rise in whole numbers within 2^53")
}

/** Returns whether the residuals are less than 2^53 apart. */
function takeResiduals(numbers: Float64Array, first: number, step: number, target: Float64Array): boolean {
  let minimum = 0
  let maximum = 0
  for (let i = 0; i < numbers.length; i++) {
    const residual = numbers[i]! - first - i * step
    if (residual < minimum) minimum = residual
    if (residual > maximum) maximum = residual
    target[i] = residual
  }
  return maximum - minimum < LIMIT
}

/**
 * Read `count` ≥ 1 numbers.
 *
 * @throws {DataError} `block-malformed` if they do not rise within 2^53
 */
export function readRising(from: ByteReader, count: number): Float64Array {
  const numbers = new Float64Array(count)
  const first = from.signed()
  const step = from.varint()
  readIntegers(from, numbers, count)
  let previous = -LIMIT
  let wrong = 0
  for (let i = 0; i < count; i++) {
    // In this order every sum is exact.
    const number = first + (i * step + numbers[i]!)
    if (!(number > previous)) wrong++
    previous = number
    numbers[i] = number
  }
  if (wrong > 0 || previous >= LIMIT) throw malformed("times or rows that do not rise")
  return numbers
}
