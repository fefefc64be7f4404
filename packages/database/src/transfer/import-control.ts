import type { ImportKind } from "./import-settings.js"

/** How far an import is. */
export interface ImportProgress {
  /** Metric or file that is being read. */
  readonly current: string
  /** Points handed to the sink in this run. */
  readonly points: number
  /** Bytes read, those of earlier runs included, of how many. */
  readonly bytes: number
  readonly totalBytes: number
  /** Points a second since the begin of this run. */
  readonly pointsPerSecond: number
}

/** How an import is watched and stopped, and how much memory it may take. */
export interface ImportControl {
  /** Called after each piece that has been handed over, a few times a second at least. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Ends the import with its reason; what has been read until then is kept, and with a state file the next run goes on from there. */
  readonly signal?: AbortSignal
  /**
   * Remembers what is on disk, so that an import that was interrupted goes on, and one that is repeated reads only what has been added.
   * Belongs to one store and one source. Without it everything is read; points that are there already do no harm.
   */
  readonly stateFile?: string
  /** Points that the sink has not yet stored, in bytes. Default 64 MiB. */
  readonly maxBytesInFlight?: number
}

/** Points, lines, columns or files that were left out, for one reason. */
export interface ImportSkip {
  /** What is wrong, for people. */
  readonly reason: string
  readonly count: number
  /** Where the first of them is: a file, a line, a place in a file. */
  readonly first: string
}

/** What an import has done. */
export interface ImportReport {
  readonly kind: ImportKind
  readonly path: string
  /** Points stored in this run, and of how many metrics. */
  readonly points: number
  readonly metrics: number
  /** Bytes that earlier runs had read already. */
  readonly resumedBytes: number
  readonly totalBytes: number
  readonly seconds: number
  readonly skipped: readonly ImportSkip[]
}
