/** A point of a metric. */
export interface HistoryPoint {
  readonly timeNs: bigint
  readonly value: number
}

/** What is known of a stretch of time; integral in units of the value times nanoseconds. */
export interface HistoryAggregate {
  minimum: number
  maximum: number
  sum: number
  count: number
  integral: number
  activeNs: number
}

/**
 * The aggregate of `beginNs` ≤ time < `endNs`, straight from the definition: a value holds for the time before its stamp, back to the previous
 * point but at most for `maxGapNs`, and the first one after the end holds back into the stretch. NaN marks a gap.
 *
 * `points` is sorted, each time once, and holds all points of the metric, or at least those from the last before the begin to the first after
 * the end.
 */
export function naiveAggregate(
  points: readonly HistoryPoint[],
  beginNs: bigint,
  endNs: bigint,
  maxGapNs?: bigint,
): HistoryAggregate {
  const total: HistoryAggregate = {
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    sum: 0,
    count: 0,
    integral: 0,
    activeNs: 0,
  }
  let previousNs: bigint | undefined
  for (const { timeNs, value } of points) {
    const sinceNs = previousNs === undefined ? timeNs : later(previousNs, maxGapNs ? timeNs - maxGapNs : previousNs)
    const within = timeNs >= beginNs && timeNs < endNs
    const heldNs = Number(earlier(timeNs, endNs) - later(sinceNs, beginNs))
    previousNs = timeNs
    if (Number.isNaN(value) || !(within || heldNs > 0)) continue
    total.minimum = Math.min(total.minimum, value)
    total.maximum = Math.max(total.maximum, value)
    if (within) {
      total.count += 1
      total.sum += value
    }
    if (heldNs > 0) {
      total.integral += value * heldNs
      total.activeNs += heldNs
    }
  }
  return total
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** How two aggregates differ: sums may in the last bits, as the order of addition may. Undefined if they do not. */
export function aggregateDifference(
  found: HistoryAggregate,
  expected: HistoryAggregate,
  magnitude: number,
): string | undefined {
  const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-9 * scale
  const same =
    found.minimum === expected.minimum &&
    found.maximum === expected.maximum &&
    found.count === expected.count &&
    found.activeNs === expected.activeNs &&
    near(found.sum, expected.sum, magnitude * Math.max(1, expected.count)) &&
    near(found.integral, expected.integral, magnitude * Math.max(1, expected.activeNs))
  return same ? undefined : `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`
}
