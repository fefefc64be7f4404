import { InvalidHistoryResponse } from "./errors.js"
import { TimeAggregate } from "./time-aggregate.js"
import { Timedelta } from "./timedelta.js"
import { Timestamp } from "./timestamp.js"

/** Aggregates as columns of equal length; see `TimeAggregate` for what they mean. */
export interface AggregateColumns {
  minimum: Float64Array
  maximum: Float64Array
  sum: Float64Array
  count: BigUint64Array
  /** In units of the value times nanoseconds. */
  integralNs: Float64Array
  activeTimeNs: BigInt64Array
}

/** A form of answer of old databases: columns of equal length. */
export interface LegacyColumns {
  minimum: Float64Array
  maximum: Float64Array
  average: Float64Array
}

/** Answer of a database about one metric. Columns that do not apply are empty, see {@link historyResponseMode}. */
export interface HistoryResponse {
  metric: string
  /** Nanoseconds since 1970-01-01 UTC: of the points, or of the begin of each aggregate. */
  times: BigInt64Array
  values: Float64Array
  aggregates: AggregateColumns
  legacy: LegacyColumns
  /** Why there is no answer; "" if there is one. */
  error: string
}

/** What an answer consists of. */
export type HistoryResponseMode = "empty" | "values" | "aggregates" | "legacy"

/**
 * What an answer without error consists of.
 *
 * @throws {InvalidHistoryResponse} `history-response` if its columns are not of the length that its times are
 */
export function historyResponseMode(response: HistoryResponse): HistoryResponseMode {
  const { times, values, aggregates, legacy } = response
  const aggregated = aggregates.minimum.length
  if (times.length === 0) {
    if (values.length + aggregated + legacy.minimum.length + legacy.maximum.length === 0) return "empty"
  } else if (aggregated === times.length) {
    if (values.length === 0) return "aggregates"
  } else if (values.length === times.length) {
    if (aggregated === 0) return "values"
  } else if (isLegacy(response)) return "legacy"
  const columns = `${values.length} values, ${aggregated} aggregates, ${legacy.average.length} averages`
  const message = `the answer about ${response.metric} has ${times.length} times but ${columns}`
  throw new InvalidHistoryResponse("history-response", message)
}

function isLegacy({ times, values, aggregates, legacy }: HistoryResponse): boolean {
  const complete = [legacy.minimum, legacy.maximum, legacy.average].every((column) => column.length === times.length)
  return complete && values.length === 0 && aggregates.minimum.length === 0
}

/** Aggregate `index` of an answer; `undefined` where there is none. */
export function historyAggregate(
  { times, aggregates }: Pick<HistoryResponse, "times" | "aggregates">,
  index: number,
): TimeAggregate | undefined {
  const posixNs = times[index]
  const count = aggregates.count[index]
  if (posixNs === undefined || count === undefined) return undefined
  return new TimeAggregate({
    timestamp: new Timestamp(posixNs),
    minimum: aggregates.minimum[index]!,
    maximum: aggregates.maximum[index]!,
    sum: aggregates.sum[index]!,
    count: Number(count),
    integralNs: aggregates.integralNs[index]!,
    activeTime: new Timedelta(aggregates.activeTimeNs[index]!),
  })
}
