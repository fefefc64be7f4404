/**
 * How values are turned to whole numbers: a value is close to `multiple / divisor`, where the multiple is a whole number of `unit`s.
 *
 * One of the two is 1: the divisor for multiples of tens, the unit for fractions.
 */
export interface Scale {
  readonly divisor: number
  readonly unit: number
}

/** Most decimal places: more than the digits of a float64 tell nothing. */
export const MAX_DECIMALS = 15

/** Most binary places. */
export const MAX_BINARY = 127

const decimalScales: readonly Scale[] = Array.from({ length: MAX_DECIMALS + 1 }, (_, places) => ({
  divisor: 10 ** places,
  unit: 1,
}))

/** So many decimal places, 0 to 15; below zero multiples of `10^-places`. */
export function decimals(places: number): Scale {
  return places < 0 ? { divisor: 1, unit: 10 ** -places } : decimalScales[places]!
}

/** So many binary places, 0 to 127. */
export function binary(places: number): Scale {
  return { divisor: 2 ** places, unit: 1 }
}

/** Added and taken away again, it rounds a number of up to 2^51 in amount to a whole one, and -0 to 0. */
const ROUNDER = 1.5 * 2 ** 52
const MAX_ROUNDED = 2 ** 51

/** Multiples are at most so large in amount, so that no two are 2^53 apart. */
const MAX_MULTIPLE = 2 ** 52 - 1

/** The multiple that is nearest to a value; NaN if it is too large to be exact, or the value is no number. */
export function nearestMultiple(value: number, { divisor, unit }: Scale): number {
  if (unit === 1) {
    const scaled = value * divisor
    return Math.abs(scaled) <= MAX_ROUNDED ? scaled + ROUNDER - ROUNDER : Number.NaN
  }
  const scaled = value / unit
  const multiple = Math.abs(scaled) <= MAX_ROUNDED ? (scaled + ROUNDER - ROUNDER) * unit : Number.NaN
  return Math.abs(multiple) <= MAX_MULTIPLE ? multiple : Number.NaN
}
