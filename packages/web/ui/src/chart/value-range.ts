/** A range of values that a panel shows. */
export interface ValueRange {
  low: number
  high: number
}

/**
 * The range that shows values from `min` to `max` with a little air. Zero is taken in where it is near: ranges of values of one
 * sign whose smallest is under a quarter of their largest. Equal values get a range around them; none at all the range 0 to 1.
 */
export function rangeFor(min: number, max: number): ValueRange {
  if (!(min <= max)) return { low: 0, high: 1 }
  let low = min
  let high = max
  if (low > 0 && low < high * 0.25) low = 0
  if (high < 0 && high > low * 0.25) high = 0
  const air = (high - low) * 0.07 || Math.abs(high) * 0.05 || 0.5
  return { low: low === 0 && min >= 0 ? 0 : low - air, high: high === 0 && max <= 0 ? 0 : high + air }
}

/** The union of two ranges: while a gesture lasts a panel's range only grows, so that nothing jumps under the hand. */
export function union(a: ValueRange, b: ValueRange): ValueRange {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }
}
