import type { HistoryRequest, HistoryResponseParts } from "@metricq/protocol"
import type { LevelParameters } from "../level-parameters.js"
import type { Run } from "../run.js"

/** A metric as history requests are answered from it. */
export interface HistorySource {
  readonly metric: string
  readonly parameters: LevelParameters
  /** All runs of the metric, in any order; they stay readable until the answer is there. */
  readonly runs: readonly Run[]
}

/** Bounds of an answer. */
export interface HistoryAnswerOptions {
  /** Longest answer in bytes of its message; a longer one becomes an error that says how to ask for less. Default 12 MiB. */
  readonly maxBytes?: number
  /** Most rows or points; more become the same error. Default: as many as the bytes allow. */
  readonly maxRows?: number
  readonly signal?: AbortSignal
}

/**
 * Answers a request about a metric. What is wrong with the request is an answer, too: its `error`.
 *
 * @throws what the runs throw, and the signal's reason once it is aborted
 */
export type AnswerHistory = (
  source: HistorySource,
  request: HistoryRequest,
  options?: HistoryAnswerOptions,
) => Promise<HistoryResponseParts>
