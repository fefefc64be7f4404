import type { Bins } from "./bins.js"

/** The values that an axis runs from and to; `low` is below `high`, both finite. */
export interface ValueRange {
  readonly low: number
  readonly high: number
}

/** Down to this part of the largest value an axis begins at zero, so that sizes can be compared. */
const NEAR_ZERO = 0.3
/** Values that differ by no more than this part are drawn as equal: an axis would need a dozen digits to tell them apart. */
const EQUAL = 1e-9
/** No range is smaller. */
const SMALLEST = 1e-290

/**
 * The range in which all of the values lie, with a little room; from zero on where that is not far, also with room around equal values.
 * 0 to 1 where there are none.
 */
export function valueRange(series: readonly Bins[]): ValueRange {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const bins of series) {
    for (const values of [bins.low, bins.mean, bins.high]) {
      for (const value of values) {
        if (value < low) low = value
        if (value > high) high = value
      }
    }
  }
  if (!(low <= high)) return { low: 0, high: 1 }
  return rounded(withZero(low, high))
}

function withZero(low: number, high: number): ValueRange {
  if (high - low <= Math.max(Math.abs(low), Math.abs(high)) * EQUAL) return aroundEqual(low / 2 + high / 2)
  if (low >= 0 && low <= high * NEAR_ZERO) return { low: 0, high: high + room(0, high) }
  if (high <= 0 && high >= low * NEAR_ZERO) return { low: low - room(low, 0), high: 0 }
  return { low: low - room(low, high), high: high + room(low, high) }
}

function aroundEqual(value: number): ValueRange {
  if (value === 0) return { low: 0, high: 1 }
  const size = Math.abs(value) * 0.1
  return { low: value - size, high: value + size }
}

function room(low: number, high: number): number {
  return (high / 2 - low / 2) * 0.06
}

/** The largest doubles leave no room, and in the smallest range steps between marks would be zero. */
function rounded({ low, high }: ValueRange): ValueRange {
  const wide = high - low < SMALLEST ? { low: low - SMALLEST, high: high + SMALLEST } : { low, high }
  return { low: Math.max(wide.low, -Number.MAX_VALUE), high: Math.min(wide.high, Number.MAX_VALUE) }
}
