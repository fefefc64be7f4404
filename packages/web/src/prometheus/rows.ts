import type { AggregateTimeline } from "@metricq/client"
import { emptyStretch, type Stretch } from "./stretch.js"

/**
 * The length of rows of which these are the begins, ns: they begin at multiples of it, it is at most `mostNs`, and rows without a gap
 * between them are so far apart.
 */
export function rowLengthOf(times: BigInt64Array, mostNs: bigint): bigint {
  let nearest = mostNs
  for (let i = 1; i < times.length; i++) {
    const distance = times[i]! - times[i - 1]!
    if (distance < nearest) nearest = distance
  }
  if (nearest < mostNs) return nearest
  // A single row, or rows far from each other: the longest of which they can be.
  const common = times.reduce((divisor, time) => greatestCommonDivisor(divisor, time), 0n)
  if (common === 0n) return nearest
  const parts = (common + mostNs - 1n) / mostNs
  for (let n = parts; n < parts + 1000n; n++) if (common % n === 0n) return common / n
  return nearest
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [a, b]
  while (right !== 0n) [left, right] = [right, left % right]
  return left
}

/** Rows of a timeline as a stretch; those in which nothing is known are left out. `intervalMs`: what they are at most. */
export function rowStretch(timeline: AggregateTimeline, intervalMs: number): Stretch {
  const { times, count, activeTimeNs } = timeline
  const length = Number(rowLengthOf(times, BigInt(Math.floor(intervalMs * 1e6)))) / 1e6
  const known = Array.from(times.keys()).filter((i) => count[i]! > 0n || activeTimeNs[i]! > 0n)
  const stretch = emptyStretch("rows", known.length)
  for (const [k, i] of known.entries()) {
    stretch.from[k] = Number(times[i]) / 1e6
    stretch.to[k] = stretch.from[k]! + length
    stretch.minimum[k] = timeline.minimum[i]!
    stretch.maximum[k] = timeline.maximum[i]!
    stretch.sum[k] = timeline.sum[i]!
    stretch.count[k] = Number(count[i])
    stretch.integral[k] = timeline.integralNs[i]! / 1e6
    stretch.active[k] = Number(activeTimeNs[i]) / 1e6
  }
  return stretch
}
