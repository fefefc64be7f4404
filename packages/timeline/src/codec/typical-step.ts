import { greatestDivisor } from "./divisor.js"

const LIMIT = 2 ** 53 - 1

/** So many steps are sorted to find the one in the middle. */
const SAMPLES = 63

/** Steps of more than this times the middle one are gaps. */
const GAP = 1.5

/**
 * The step of a straight line that numbers, at least two that rise, keep to but for gaps and jitter.
 *
 * It is the mean of the steps without the gaps, rounded to as many zeros as what the steps differ by leaves uncertain, but always a multiple
 * of what all are multiples of; so it is exact for a fixed step, and mostly so for times that jitter about a grid.
 */
export function typicalStep(numbers: Float64Array): number {
  const count = numbers.length
  const first = numbers[1]! - numbers[0]!
  const last = numbers[count - 1]! - numbers[0]!
  if (first * (count - 1) === last && isFixed(numbers, first)) return first
  const limit = GAP * middleStep(numbers)
  let sum = 0
  let steps = 0
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (let i = 1; i < count; i++) {
    const step = numbers[i]! - numbers[i - 1]!
    if (step > limit) continue
    sum += step
    steps++
    if (step < least) least = step
    if (step > most) most = step
  }
  const step = roundWithin(sum / steps, (most - least) / steps, greatestDivisor(numbers, count))
  return Math.min(step, Math.floor(LIMIT / count))
}

function isFixed(numbers: Float64Array, step: number): boolean {
  const first = numbers[0]!
  for (let i = 1; i < numbers.length; i++) {
    if (numbers[i] !== first + i * step) return false
  }
  return true
}

function middleStep(numbers: Float64Array): number {
  const steps = numbers.length - 1
  const samples = new Float64Array(Math.min(SAMPLES, steps))
  for (let i = 0; i < samples.length; i++) {
    const at = Math.floor((i * steps) / samples.length)
    samples[i] = numbers[at + 1]! - numbers[at]!
  }
  return samples.sort()[samples.length >>> 1]!
}

/** The roundest multiple of `unit` no further from `value` than `tolerance`, or else the nearest. */
function roundWithin(value: number, tolerance: number, unit: number): number {
  for (let round = unit * 10 ** Math.floor(Math.log10(value / unit)); round > unit; round /= 10) {
    const rounded = Math.round(value / round) * round
    if (Math.abs(rounded - value) <= tolerance) return rounded
  }
  return Math.round(value / unit) * unit
}
