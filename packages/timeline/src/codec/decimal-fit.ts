import { bitLength } from "./bit-packing.js"

/** How values of a block are best written as decimals. */
export interface DecimalFit {
  /** Values are close to multiples of `10^-exponent`; below zero for multiples of tens. */
  readonly exponent: number
  /** Whether corrections of the last bits are written for values that are not the double nearest to their decimal. */
  readonly corrected: boolean
  /** Estimated bits of a value. */
  readonly bits: number
}

export const MAX_EXPONENT = 15
const MIN_EXPONENT = -12

/** A value may be so many doubles away from its decimal. */
export const MAX_CORRECTION = 4096

/** A value that is no decimal: eight bytes, and two for the place. */
const EXCEPTION_BITS = 80
/** A correction among many values that need none: a byte for the place, one for the amount. */
const RARE_CORRECTION_BITS = 16

/** Added and taken away again, it rounds a number of up to 2^51 to a whole one. */
const ROUNDER = 1.5 * 2 ** 52
const MAX_ROUNDED = 2 ** 51

export const powersOfTen: readonly number[] = Array.from({ length: MAX_EXPONENT + 1 }, (_, exponent) => 10 ** exponent)

/**
 * Find the decimals that fit sampled values best: `stretches` of neighbours lie one after the other in `sample`.
 *
 * Every number of places is tried until one fits without exceptions.
 */
export function fitDecimals(sample: Float64Array, length: number, stretch: number): DecimalFit {
  const whole = tryExponent(sample, length, stretch, 0)
  let best = whole
  for (let exponent = 1; exponent <= MAX_EXPONENT && !best.exact; exponent++) {
    const trial = tryExponent(sample, length, stretch, exponent)
    if (trial.bits < best.bits || trial.exact) best = trial
  }
  // Multiples of tens that are met exactly need no fit: the column of whole numbers finds its unit.
  if (best === whole && whole.corrected) {
    for (let exponent = -1; exponent >= MIN_EXPONENT; exponent--) {
      const trial = tryExponent(sample, length, stretch, exponent)
      if (trial.bits >= best.bits) break
      best = trial
    }
  }
  return best
}

interface Trial extends DecimalFit {
  readonly exact: boolean
}

function tryExponent(sample: Float64Array, length: number, stretch: number, exponent: number): Trial {
  let others = 0
  let near = 0
  let largest = 0
  let rangeBits = 0
  for (let start = 0; start < length; start += stretch) {
    const end = Math.min(start + stretch, length)
    let minimum = Number.POSITIVE_INFINITY
    let maximum = Number.NEGATIVE_INFINITY
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    let previous = Number.NaN
    for (let i = start; i < end; i++) {
      const value = sample[i]!
      const multiple = nearestMultiple(value, exponent)
      const decimal = exponent > 0 ? multiple / powersOfTen[exponent]! : multiple
      if (decimal !== value) {
        const doubles = Math.abs(value - decimal) / (Math.abs(value) * Number.EPSILON)
        if (!(doubles < MAX_CORRECTION / 4)) {
          others++
          continue
        }
        near++
        if (doubles > largest) largest = doubles
      }
      if (multiple < minimum) minimum = multiple
      if (multiple > maximum) maximum = multiple
      const step = multiple - previous
      if (step < least) least = step
      if (step > most) most = step
      previous = multiple
    }
    if (maximum < minimum) continue
    const unit = exponent < 0 ? powersOfTen[-exponent]! : 1
    const plain = bitLength((maximum - minimum) / unit)
    const differences = most >= least ? bitLength((most - least) / unit) : plain
    rangeBits += Math.min(plain, differences) * (end - start)
  }
  const corrections = Math.min(near * RARE_CORRECTION_BITS, length * (bitLength(Math.ceil(largest)) + 1))
  const exactBits = (rangeBits + (others + near) * EXCEPTION_BITS) / length
  const correctedBits = (rangeBits + corrections + others * EXCEPTION_BITS) / length
  const corrected = correctedBits < exactBits
  return { exponent, corrected, bits: Math.min(exactBits, correctedBits), exact: others + near === 0 }
}

/**
 * The multiple of `10^-exponent` nearest to a value: how many times that, or for tens how many ones. NaN if it is too large to be exact; below
 * 2^52 in amount, so that no two are 2^53 apart.
 */
export function nearestMultiple(value: number, exponent: number): number {
  if (exponent >= 0) {
    const scaled = value * powersOfTen[exponent]!
    return Math.abs(scaled) <= MAX_ROUNDED ? scaled + ROUNDER - ROUNDER : Number.NaN
  }
  const unit = powersOfTen[-exponent]!
  const scaled = value / unit
  const multiple = Math.abs(scaled) <= MAX_ROUNDED ? (scaled + ROUNDER - ROUNDER) * unit : Number.NaN
  return Math.abs(multiple) < 2 ** 52 ? multiple : Number.NaN
}
