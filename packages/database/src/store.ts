import type { Columns, HistoryRequest, HistoryResponseParts, JsonObject } from "@metricq/client"
import type {
  LevelParameters,
  MetricInfo,
  RecentPoints,
  RecentReach,
  Renamed,
  RenameOutlook,
  RetentionRule,
} from "@metricq/timeline"

/** How far long work on a store is, as a job tells it. */
export type Progress = (progress: JsonObject) => void

/** Limits of an answer. */
export interface AnswerLimits {
  /** With the quirks of the original. */
  readonly compatible: boolean
  readonly maxRows: number
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** Figures of a store; bytes, counts and seconds. */
export interface StoreFigures {
  readonly points: number
  readonly conflicts: number
  readonly refused: number
  readonly diskBytes: number
  readonly journalBytes: number
  readonly headBytes: number
  readonly segments: number
  readonly syncS: number
  readonly checkpointAgeS: number | undefined
  /** Why points cannot be written to segments, or what was found damaged; a line each. */
  readonly trouble: readonly string[]
}

/** The store as the database uses it. */
export interface Store {
  append(metric: string, columns: Columns): Promise<void>
  declare(metric: string, levels: LevelParameters): Promise<void>
  metrics(): string[]
  /** A page of all metrics: those behind a place, 0 at first. */
  metricsBehind(place: number, limit: number): { readonly name: string; readonly place: number }[]
  info(metric: string): MetricInfo | undefined
  /** The newest points that are in memory; undefined without. */
  recent(metric: string, reach: RecentReach): RecentPoints | undefined
  answer(metric: string, request: HistoryRequest, limits: AnswerLimits): Promise<HistoryResponseParts>
  delete(metric: string, range?: { beginNs: bigint; endNs: bigint }): Promise<void>
  /** Give a metric another name, as `Timeline.rename`; and what that would do. */
  rename(metric: string, name: string): Promise<Renamed>
  renameOutlook(metric: string, name: string): Promise<RenameOutlook>
  /** Keep points and rows so long from now on. */
  retain(rules: readonly RetentionRule[]): void
  verify(signal: AbortSignal, progress: Progress): Promise<JsonObject>
  compact(signal: AbortSignal, progress: Progress): Promise<JsonObject>
  backup(folder: string, signal: AbortSignal, progress: Progress): Promise<JsonObject>
  figures(): StoreFigures
  close(): Promise<void>
}
