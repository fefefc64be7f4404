import {
  type AggregateColumns,
  type Columns,
  Db,
  HistoryError,
  type HistoryRequest,
  HistoryRequestType,
  type HistoryResponseParts,
  type StoredMetric,
} from "@metricq/client"

const POINTS_KEPT = 1_000_000

/** Configuration of a `TestDb`. */
export interface TestDbConfig {
  /** What it stores. */
  metrics: StoredMetric[]
}

/** The points of a metric in the order of their times. */
interface Series {
  times: bigint[]
  values: number[]
}

/**
 * A database that keeps its points in memory, at most a million of them, and answers from there.
 *
 * An aggregate has the points from its begin on and before its end, each with the time since the point before. Intervals of a timeline
 * are as long as asked for, and begin with 1970; those without points are left out.
 */
export class TestDb extends Db<TestDbConfig> {
  readonly #series = new Map<string, Series>()
  readonly #names = new Map<string, string>()
  #count = 0

  override async onConfig({ metrics }: TestDbConfig): Promise<void> {
    for (const metric of metrics) if (typeof metric === "object") this.#names.set(metric.input, metric.name)
    await this.subscribe(metrics)
  }

  override onChunk(metric: string, { times, values }: Columns): void | Promise<void> {
    for (let i = 0; i < times.length; i++) this.put(this.#names.get(metric) ?? metric, times[i]!, values[i]!)
  }

  override onHistory(metric: string, request: HistoryRequest): HistoryResponseParts | Promise<HistoryResponseParts> {
    const series = this.#series.get(metric)
    if (series === undefined) throw new HistoryError("not-stored", `${metric} is not stored here`)
    return answer(series, request)
  }

  /** How many points of a metric it has, each time once. */
  stored(metric: string): number {
    return this.#series.get(metric)?.times.length ?? 0
  }

  /** Store a point as if it had been received; of points with the same time the last stays. */
  put(metric: string, timeNs: bigint, value: number): void {
    let series = this.#series.get(metric)
    if (series === undefined) {
      series = { times: [], values: [] }
      this.#series.set(metric, series)
    }
    const at = indexOf(series.times, timeNs)
    if (series.times[at] === timeNs) series.values[at] = value
    else {
      if (++this.#count > POINTS_KEPT) throw new Error(`a test database keeps ${POINTS_KEPT} points`)
      series.times.splice(at, 0, timeNs)
      series.values.splice(at, 0, value)
    }
  }
}

/** Index of the first time that is not before this one. */
function indexOf(times: readonly bigint[], timeNs: bigint): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < timeNs) low = middle + 1
    else high = middle
  }
  return low
}

function answer(series: Series, request: HistoryRequest): HistoryResponseParts {
  const { startTimeNs, endTimeNs, intervalMaxNs, type } = request
  const first = indexOf(series.times, startTimeNs)
  const end = indexOf(series.times, endTimeNs)
  if (type === HistoryRequestType.lastValue) return points(series, Math.max(0, series.times.length - 1))
  if (type === HistoryRequestType.aggregate) {
    if (startTimeNs >= endTimeNs) throw new Error(`begin ${startTimeNs} is not before end ${endTimeNs}`)
    return rows(series, first, end, () => startTimeNs, true)
  }
  if (type === HistoryRequestType.flexTimeline && intervalMaxNs <= 0n)
    return points(series, Math.max(0, first - 1), end)
  return rows(series, first, end, (timeNs) => (intervalMaxNs <= 0n ? timeNs : timeNs - (timeNs % intervalMaxNs)))
}

function points({ times, values }: Series, from: number, to?: number): HistoryResponseParts {
  return { times: BigInt64Array.from(times.slice(from, to)), values: Float64Array.from(values.slice(from, to)) }
}

/** Aggregates of the points from `first` on and before `end`, those with the same begin in one; with `always` one also of no points. */
function rows(
  { times, values }: Series,
  first: number,
  end: number,
  beginOf: (timeNs: bigint) => bigint,
  always = false,
): HistoryResponseParts {
  const begins: bigint[] = []
  const all: number[][] = []
  const open = (begin: bigint) => {
    begins.push(begin)
    all.push([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0])
  }
  if (always) open(beginOf(0n))
  for (let i = first; i < end; i++) {
    const begin = beginOf(times[i]!)
    if (begins.at(-1) !== begin) open(begin)
    const row = all.at(-1)!
    const value = values[i]!
    const activeNs = i === 0 ? 0 : Number(times[i]! - times[i - 1]!)
    const [minimum, maximum, sum, count, integral, active] = row as [number, number, number, number, number, number]
    all[all.length - 1] = [
      ...[Math.min(minimum, value), Math.max(maximum, value), sum + value, count + 1],
      ...[integral + value * activeNs, active + activeNs],
    ]
  }
  const column = (at: number) => Float64Array.from(all, (row) => row[at]!)
  const aggregates: AggregateColumns = {
    minimum: column(0),
    maximum: column(1),
    sum: column(2),
    count: BigUint64Array.from(all, (row) => BigInt(row[3]!)),
    integralNs: column(4),
    activeTimeNs: BigInt64Array.from(all, (row) => BigInt(row[5]!)),
  }
  return { times: BigInt64Array.from(begins), aggregates }
}
