import type { AxisSetting, ValueRange } from "../lib/axis-setting.js"

export type { ValueRange }

/** A range as it lies on a panel: part 0 is the bottom, 1 the top. */
export interface ValueScale extends ValueRange {
  log: boolean
}

/** What is inside a window: the smallest and largest value, and the smallest above zero; infinite where there are none. */
export interface Extremes {
  min: number
  max: number
  leastPositive: number
}

/** The scale that a panel takes for what is inside its window. */
export function scaleFor({ range, zero = false, log = false }: AxisSetting, extremes: Extremes): ValueScale {
  if (range) return { ...range, log }
  if (log) return { ...logRange(extremes), log }
  const { min, max } = extremes
  return { ...(zero ? rangeFor(Math.min(0, min), Math.max(0, max)) : rangeFor(min, max)), log }
}

/**
 * The range that shows values from `min` to `max` with a little air. Zero is taken in where it is near: ranges of values of one
 * sign whose smallest is under a quarter of their largest. Equal values get a range around them; zero alone, and none at all, the range 0 to 1.
 */
export function rangeFor(min: number, max: number): ValueRange {
  if (!(min <= max) || (min === 0 && max === 0)) return { low: 0, high: 1 }
  let low = min
  let high = max
  if (low > 0 && low < high * 0.25) low = 0
  if (high < 0 && high > low * 0.25) high = 0
  const air = (high - low) * 0.07 || Math.abs(high) * 0.05 || 0.5
  return { low: low === 0 && min >= 0 ? 0 : low - air, high: high === 0 && max <= 0 ? 0 : high + air }
}

/** At least a decade; 1 to 10 where nothing is above zero. */
function logRange({ max, leastPositive }: Extremes): ValueRange {
  if (!(leastPositive <= max)) return { low: 1, high: 10 }
  const decades = Math.max(1, Math.log10(max / leastPositive))
  const middle = Math.sqrt(max) * Math.sqrt(leastPositive)
  const reach = 10 ** (decades * 0.54)
  return { low: middle / reach, high: middle * reach }
}

/** The union of two scales: while a gesture lasts a panel's range only grows, so that nothing jumps under the hand. */
export function union(a: ValueScale, b: ValueScale): ValueScale {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high), log: b.log }
}

/** Where a value lies, as a part of the panel's height from its bottom; negative infinity for what a logarithm has no place for. */
export function partOf({ low, high, log }: ValueScale, value: number): number {
  if (!log) return (value - low) / (high - low)
  if (value <= 0) return Number.NEGATIVE_INFINITY
  return Math.log(value / low) / Math.log(high / low)
}

/** The value at a part of the height. */
export function valueAt({ low, high, log }: ValueScale, part: number): number {
  return log ? low * (high / low) ** part : low + (high - low) * part
}

/** The range between two parts of the height, with no more digits than can be told apart on it. */
export function rangeBetween(scale: ValueScale, a: number, b: number): ValueRange {
  const [low, high] = [valueAt(scale, Math.min(a, b)), valueAt(scale, Math.max(a, b))]
  return { low: rounded(low, high - low), high: rounded(high, high - low) }
}

function rounded(value: number, range: number): number {
  if (!(range > 0)) return value
  const size = Math.max(Math.abs(value), range)
  return Number(value.toPrecision(Math.min(15, Math.max(1, Math.ceil(Math.log10(size / range)) + 4))))
}
