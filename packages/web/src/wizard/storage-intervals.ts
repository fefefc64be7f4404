import { type Metadata, Timedelta } from "@metricq/client"
import { declaredInterval } from "@metricq/protocol"
import { WebError } from "../server/web-error.js"

/** Lengths of the rows of a metric in a database. */
export interface StorageIntervals {
  readonly minNs: bigint
  readonly maxNs: bigint
  readonly factor: number
}

/** Rows as the wizard writes them: durations as text. */
export interface IntervalTexts {
  readonly intervalMin: string
  readonly intervalMax: string
  readonly intervalFactor: number
}

const MS = 1_000_000n
const DAY = 86_400_000n * MS
/** Points in the shortest row. */
const POINTS = 40n
const FACTOR = 10

/**
 * Rows that suit a metric: the shortest has 40 points, in whole milliseconds and one at least, each level is ten times longer, and the last one is
 * a day or more. Without a rate it is taken for one of a point a second.
 */
export function defaultIntervals(metadata: Metadata): StorageIntervals {
  const everyNs = declaredInterval(metadata)?.ns ?? 1000n * MS
  const minNs = ((POINTS * everyNs) / MS || 1n) * MS
  let maxNs = minNs
  while (maxNs < DAY) maxNs *= BigInt(FACTOR)
  return { minNs, maxNs, factor: FACTOR }
}

/** In whole milliseconds; shorter lengths in the unit that is exact. */
export function intervalTexts({ minNs, maxNs, factor }: StorageIntervals): IntervalTexts {
  return { intervalMin: textOf(minNs), intervalMax: textOf(maxNs), intervalFactor: factor }
}

/** @throws {WebError} `interval` for what is no duration above zero, does not divide by the factor, or would get shorter */
export function readIntervals({ intervalMin, intervalMax, intervalFactor: factor }: IntervalTexts): StorageIntervals {
  const minNs = nanosecondsOf(intervalMin)
  const maxNs = nanosecondsOf(intervalMax)
  if (minNs % BigInt(factor) !== 0n) {
    throw new WebError("interval", `${intervalMin} cannot be divided by ${factor} in whole nanoseconds`)
  }
  if (maxNs < minNs) throw new WebError("interval", `${intervalMax} is shorter than ${intervalMin}`)
  return { minNs, maxNs, factor }
}

function nanosecondsOf(text: string): bigint {
  const { ns } = Timedelta.parse(text)
  if (ns > 0n && ns <= BigInt(Number.MAX_SAFE_INTEGER)) return ns
  throw new WebError("interval", `${text} is no length of a row: longer than zero and shorter than 100 days`)
}

function textOf(ns: bigint): string {
  return ns % MS === 0n ? `${ns / MS}ms` : new Timedelta(ns).preciseString
}
