import type { HistoryClient, HistoryResponse, Timedelta } from "@metricq/client"
import type { TimeRange } from "../network/time-text.js"
import { errorAnswer, errorBody } from "../server/error-answer.js"
import { AggregateRows } from "./aggregate-rows.js"
import { aggregatesBlock, columnsHeader, endBlock, errorBlock, metricBlock, pointsBlock } from "./columns.js"

/** What is asked for, and how. */
export interface ColumnsRequest {
  readonly metrics: readonly string[]
  readonly range: TimeRange
  /** Longest interval of an aggregate; undefined for points. */
  readonly interval: Timedelta | undefined
  /** What a database has of a metric. */
  readonly flexTimeline: (metric: string, interval: Timedelta) => Promise<HistoryResponse>
  readonly signal: AbortSignal
}

/** Points that are read at once: about 1.6 MB. */
const pagePoints = 100_000

/**
 * History as binary columns, metric after metric, read while it is sent: never more than two pages of points are in memory.
 *
 * What fails for a metric is told in its place; what the first one fails with is thrown if it concerns them all.
 */
export async function* historyColumns(history: HistoryClient, request: ColumnsRequest): AsyncGenerator<Uint8Array> {
  const metrics = [...new Set(request.metrics)]
  for (const [index, metric] of metrics.entries()) {
    const start = [...(index === 0 ? [columnsHeader(metrics.length)] : []), metricBlock(index, metric)]
    try {
      for await (const block of blocksOf(history, request, index, metric)) {
        yield* start.splice(0)
        yield block
      }
    } catch (error) {
      const answer = errorAnswer(error)
      const isForAll = answer.status === 500 || answer.code === "not-connected"
      if (request.signal.aborted || (isForAll && index === 0 && start.length > 0)) throw error
      yield* start.splice(0)
      yield errorBlock(index, errorBody(answer))
    }
  }
  yield endBlock()
}

async function* blocksOf(
  history: HistoryClient,
  { interval, range, signal, flexTimeline }: ColumnsRequest,
  index: number,
  metric: string,
): AsyncGenerator<Uint8Array> {
  if (interval !== undefined) {
    const answer = await flexTimeline(metric, interval)
    const isPoints = answer.mode === "values" || answer.mode === "empty"
    yield isPoints ? pointsBlock(index, answer.points) : aggregatesBlock(index, AggregateRows.of(answer))
    return
  }
  let isEmpty = true
  for await (const page of history.historyRawStream(metric, { start: range.from, end: range.to, pagePoints, signal })) {
    yield pointsBlock(index, page)
    isEmpty = false
  }
  if (isEmpty) yield pointsBlock(index, { times: new BigInt64Array(0), values: new Float64Array(0) })
}
