import { type HistoryRequest, HistoryRequestType } from "@metricq/protocol"
import { addAggregate, emptyAggregate } from "../aggregate.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { NaiveModel, type NaivePoint, type NaiveRow } from "./naive-model.js"

/** What the original answers; rows and points are exclusive. */
export interface NaiveAnswer {
  readonly rows: readonly NaiveRow[]
  readonly points: readonly NaivePoint[]
  readonly error: string
}

/** The original database with one metric, as its rules are written down: row by row, point by point. */
export class NaiveOriginal {
  readonly #points: readonly NaivePoint[]
  readonly #model = new NaiveModel()
  readonly #parameters: LevelParameters

  /** @param points sorted, without NaN */
  constructor(points: readonly NaivePoint[], parameters: LevelParameters) {
    this.#points = points
    this.#parameters = parameters
    this.#model.append(points)
  }

  answer({ startTimeNs, endTimeNs, intervalMaxNs, type }: HistoryRequest): NaiveAnswer {
    const isTimeline = type === HistoryRequestType.aggregateTimeline || type === HistoryRequestType.flexTimeline
    const wrong = `invalid request: begin timestamp ${startTimeNs} larger than end timestamp ${endTimeNs}`
    if (type === HistoryRequestType.lastValue) return pointsAnswer(this.#points.slice(-1))
    if (isTimeline && startTimeNs > endTimeNs) {
      return { rows: [], points: [], error: `Metric::retrieve(interval_upper_limit) ${wrong}` }
    }
    if (!isTimeline || intervalMaxNs < 0n) {
      if (startTimeNs >= endTimeNs) return { rows: [], points: [], error: wrong }
      return rowsAnswer([{ ...this.#aggregate(startTimeNs, endTimeNs), beginNs: startTimeNs }])
    }
    const flex = type === HistoryRequestType.flexTimeline
    if (intervalMaxNs >= this.#parameters.intervalMinNs) return this.#rows(startTimeNs, endTimeNs, intervalMaxNs, flex)
    const points = this.#raw(startTimeNs, endTimeNs)
    if (!flex) return rowsAnswer(points.map((point, i) => rowOf(point, points[i - 1]?.ns ?? point.ns)))
    const dense = points.length > 0 && (endTimeNs - startTimeNs) / BigInt(points.length) < intervalMaxNs
    return dense ? rowsAnswer(bins(points, startTimeNs, endTimeNs, intervalMaxNs)) : pointsAnswer(points)
  }

  #aggregate(beginNs: bigint, endNs: bigint) {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (!first || !last || endNs <= first.ns || beginNs > last.ns) return emptyAggregate()
    const fromNs = beginNs < first.ns ? first.ns : beginNs
    const untilNs = endNs > last.ns ? last.ns : endNs
    const aggregate = this.#model.aggregate(fromNs, untilNs)
    // The first point at or after the end is met even where it covers no time.
    const closing = this.#model.atOrAfter(untilNs)!.value
    aggregate.minimum = Math.min(aggregate.minimum, closing)
    aggregate.maximum = Math.max(aggregate.maximum, closing)
    return aggregate
  }

  /** From the point at or before the begin to the last before the end. */
  #raw(beginNs: bigint, endNs: bigint): NaivePoint[] {
    return this.#model.raw(this.#model.atOrBefore(beginNs)?.ns ?? beginNs, endNs)
  }

  #rows(beginNs: bigint, endNs: bigint, limitNs: bigint, flex: boolean): NaiveAnswer {
    const { intervalMaxNs } = this.#parameters
    const longestNs = limitNs < intervalMaxNs ? limitNs : intervalMaxNs
    const lastNs = this.#points.at(-1)?.ns ?? 0n
    const usable = levelIntervals(this.#parameters).filter((intervalNs) => intervalNs <= longestNs)
    for (const intervalNs of usable.reverse()) {
      const beginRowNs = beginNs - (((beginNs % intervalNs) + intervalNs) % intervalNs)
      const rows = this.#model
        .rows(intervalNs, 0n, lastNs + 1n)
        .filter((row) => row.beginNs + intervalNs <= lastNs && row.beginNs >= beginRowNs && row.beginNs < endNs)
      if (rows.length > 0) return rowsAnswer(flex ? groups(rows, Number(longestNs / intervalNs)) : rows)
    }
    return rowsAnswer([])
  }
}

function rowsAnswer(rows: readonly NaiveRow[]): NaiveAnswer {
  return { rows, points: [], error: "" }
}

function pointsAnswer(points: readonly NaivePoint[]): NaiveAnswer {
  return { rows: [], points, error: "" }
}

function groups(rows: readonly NaiveRow[], size: number): NaiveRow[] {
  return rows
    .filter((_, i) => i % size === 0)
    .map(({ beginNs }, group) => {
      const sum = { ...emptyAggregate(), beginNs }
      for (const row of rows.slice(group * size, (group + 1) * size)) addAggregate(sum, row)
      return sum
    })
}

/** A point with the time since another. */
function rowOf({ ns, value }: NaivePoint, sinceNs: bigint): NaiveRow {
  const activeNs = Number(ns - sinceNs)
  return { beginNs: ns, minimum: value, maximum: value, sum: value, count: 1, integral: value * activeNs, activeNs }
}

function bins(points: readonly NaivePoint[], beginNs: bigint, endNs: bigint, limitNs: bigint): NaiveRow[] {
  const before = points.find(({ ns }) => ns < beginNs)
  const rest = points.filter(({ ns }) => ns >= beginNs)
  let previousNs = before?.ns ?? beginNs
  const found: NaiveRow[] = []
  for (let binNs = beginNs; rest.length > 0; binNs += limitNs) {
    const binEndNs = binNs + limitNs < endNs ? binNs + limitNs : endNs
    const bin = { ...emptyAggregate(), beginNs: binNs }
    while (rest[0] && rest[0].ns < binEndNs) {
      addAggregate(bin, rowOf(rest[0], previousNs))
      previousNs = rest.shift()!.ns
    }
    const next = rest[0]
    if (next) addAggregate(bin, { ...rowOf({ ns: binEndNs, value: next.value }, previousNs), sum: 0, count: 0 })
    previousNs = binEndNs
    found.push(bin)
  }
  return found
}
