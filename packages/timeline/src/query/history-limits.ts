import { DataError, type HistoryRequest, type HistoryResponseParts } from "@metricq/protocol"
import type { HistoryAnswerOptions } from "./history-source.js"

/** What every broker carries, with room to spare. */
const MAX_BYTES = 12 * 1024 * 1024

/** Bytes of an aggregate in a message at most: four float64, a count and an active time as varints, its tag, and the step of its time. */
const BYTES_OF_ROW = 4 * 9 + 11 + 11 + 2 + 10
/** Bytes of a point in a message at most: a float64 and the step of its time. */
const BYTES_OF_POINT = 8 + 10
/** The name of the metric, and the heads of columns. */
const BYTES_OF_FRAME = 1024

/** How many rows, and how many points, an answer may have. */
export function historyLimits({ maxBytes = MAX_BYTES, maxRows = Number.POSITIVE_INFINITY }: HistoryAnswerOptions): {
  rows: number
  points: number
} {
  const bytes = Math.max(maxBytes - BYTES_OF_FRAME, 0)
  const most = (bytesOfOne: number) => Math.min(Math.floor(bytes / bytesOfOne), maxRows)
  return { rows: most(BYTES_OF_ROW), points: most(BYTES_OF_POINT) }
}

/** An answer that is too long as an error that says how to ask for less; other errors are thrown on. */
export function refuseTooMany(metric: string, request: HistoryRequest, error: unknown): HistoryResponseParts {
  if (!(error instanceof DataError) || error.code !== "too-many") throw error
  const span = request.endTimeNs - request.startTimeNs
  return { metric, error: `the answer about ${metric} over ${span} ns would be too long: ${error.message}` }
}
