import type { LevelParameters } from "@metricq/timeline"

const MS = 1_000_000n
const S = 1_000_000_000n
const MIN = 60n * S
const H = 60n * MIN
const D = 24n * H

/** Lengths that people think in, shortest first. */
const FAMILIAR: readonly bigint[] = [
  ...[1n, 2n, 3n, 5n, 10n, 20n, 30n, 50n, 100n, 200n, 300n, 500n].map((count) => count * MS),
  ...[1n, 2n, 3n, 5n, 10n, 15n, 20n, 30n].map((count) => count * S),
  ...[1n, 2n, 3n, 5n, 10n, 15n, 20n, 30n].map((count) => count * MIN),
  ...[1n, 2n, 3n, 4n, 6n, 8n, 12n].map((count) => count * H),
  ...[1n, 2n, 5n, 10n, 20n].map((count) => count * D),
]

const FACTOR = 10
/** Rows of the first level have at least so many points, so that they are a tenth of the bytes of the points or less. */
const POINTS_PER_ROW = 30n
/** Rows of the last level are not longer, so that a chart of years needs no more rows than it has pixels. */
const LONGEST_ROW_NS = 30n * D
/** The store's own bound. */
const SHORTEST_ROW_NS = 1000n
/** Points that are rarer count as if they came once a year; int64 nanoseconds end after three centuries. */
const LONGEST_INTERVAL_NS = 365n * D
/** So many intervals without a point are a gap. */
const INTERVALS_TO_GAP = 10n

/** What is said of the levels beforehand. */
export interface LevelWishes {
  readonly intervalMinNs?: bigint
  readonly intervalMaxNs?: bigint
  readonly intervalFactor?: number
  /** Longest gap; `"forever"`: a value holds however far back the point before is. */
  readonly maxGapNs?: bigint | "forever"
}

/**
 * Levels for a metric with a point every `pointIntervalNs` (> 0), as far as they are not said beforehand.
 *
 * The first has rows of 30 to 40 points, of a length that people think in where there is one; the last is the largest power of the factor of it
 * within 30 days. A value holds for ten intervals at most.
 */
export function levelsFor(pointIntervalNs: bigint, wishes: LevelWishes = {}): LevelParameters {
  const intervalNs = pointIntervalNs < LONGEST_INTERVAL_NS ? pointIntervalNs : LONGEST_INTERVAL_NS
  const intervalFactor = wishes.intervalFactor ?? FACTOR
  const intervalMinNs = wishes.intervalMinNs ?? upTo(firstRowNs(intervalNs), BigInt(intervalFactor))
  const intervalMaxNs = maximum(wishes.intervalMaxNs ?? lastRowNs(intervalMinNs, intervalFactor), intervalMinNs)
  const maxGapNs = wishes.maxGapNs ?? INTERVALS_TO_GAP * intervalNs
  return { intervalMinNs, intervalMaxNs, intervalFactor, maxGapNs: maxGapNs === "forever" ? undefined : maxGapNs }
}

function lastRowNs(firstNs: bigint, factor: number): bigint {
  let ns = firstNs
  while (ns * BigInt(factor) <= LONGEST_ROW_NS) ns *= BigInt(factor)
  return ns
}

function firstRowNs(intervalNs: bigint): bigint {
  const least = maximum(POINTS_PER_ROW * intervalNs, SHORTEST_ROW_NS)
  const most = (least * 4n) / 3n
  return FAMILIAR.find((ns) => ns >= least && ns <= most) ?? roundUp(least)
}

/** Up to one digit if that is at most a third more, else to two; always divisible by the factor. */
function roundUp(ns: bigint): bigint {
  const digits = ns.toString().length
  const one = upTo(ns, 10n ** BigInt(digits - 1))
  return one <= (ns * 4n) / 3n ? one : upTo(ns, 10n ** BigInt(digits - 2))
}

function upTo(ns: bigint, step: bigint): bigint {
  return ((ns + step - 1n) / step) * step
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
