import type { Columns } from "@metricq/client"
import type { HistoryPoint } from "./naive-history.js"

/**
 * What the tests of crashes store: metrics of several streams each. A stream's points come in order, but the streams of a metric lie between
 * each other in time, so that all but the one in front are late. Every point follows from its metric, stream and number alone, so whatever is
 * found can be told right from wrong.
 */
export const METRICS = 6
export const STREAMS = 3

const BEGIN_NS = 1_600_000_000_000_000_000n
const STEP_NS = 10_000_000n
/** So many points of a stream follow each other before another stream has its turn in time. */
const STRIDE = 500

/** Where a stream is: how many of its points have been handed over. */
export type Positions = number[][]

export function noPositions(): Positions {
  return Array.from({ length: METRICS }, () => new Array<number>(STREAMS).fill(0))
}

export function planName(metric: number): string {
  return `load.node${metric}.power`
}

/** Points `from` to `from + count` of a stream. */
export function planColumns(metric: number, stream: number, from: number, count: number): Columns {
  const columns = { times: new BigInt64Array(count), values: new Float64Array(count) }
  for (let k = 0; k < count; k++) {
    columns.times[k] = timeOf(stream, from + k)
    columns.values[k] = planValue(metric, stream, from + k)
  }
  return columns
}

function timeOf(stream: number, index: number): bigint {
  const turn = Math.floor(index / STRIDE) * STREAMS + stream
  return BEGIN_NS + BigInt(turn * STRIDE + (index % STRIDE)) * STEP_NS
}

function planValue(metric: number, stream: number, index: number): number {
  const x = Math.imul(index + 1, 2654435761) + Math.imul(metric * STREAMS + stream + 1, 40503)
  const noise = ((x ^ (x >>> 13)) >>> 0) % 5000
  return index % 1009 === 1008 ? Number.NaN : (10_000 + noise) / 100
}

/** No value is larger. */
export const LARGEST_VALUE = 150

/** What was found of a stream: its points up to number `end`, of which `missing` are not there. */
export interface FoundStream {
  end: number
  missing: number
}

/**
 * What was found of each stream of a metric.
 *
 * @throws {Error} for a point that nobody has stored, a wrong value, a time twice or out of order
 */
export function foundStreams(metric: number, points: readonly HistoryPoint[]): FoundStream[] {
  const found = Array.from({ length: STREAMS }, () => ({ end: 0, missing: 0 }))
  let previousNs = 0n
  for (const { timeNs, value } of points) {
    const wrong = (what: string) => new Error(`${planName(metric)}: ${timeNs} ${value}: ${what}`)
    if (timeNs <= previousNs) throw wrong(`is not after ${previousNs}`)
    previousNs = timeNs
    const slot = Number((timeNs - BEGIN_NS) / STEP_NS)
    const turn = Math.floor(slot / STRIDE)
    const stream = turn % STREAMS
    const index = Math.floor(turn / STREAMS) * STRIDE + (slot % STRIDE)
    if (timeOf(stream, index) !== timeNs) throw wrong("nobody has stored it")
    if (!Object.is(value, planValue(metric, stream, index))) throw wrong(`is not ${planValue(metric, stream, index)}`)
    const { end, missing } = found[stream]!
    found[stream] = { end: index + 1, missing: missing + index - end }
  }
  return found
}

/** Points of all streams together. */
export function pointsOf(positions: Positions): number {
  return positions.flat().reduce((sum, count) => sum + count, 0)
}
