import type { Keeper } from "./keeper.js"
import type { Store } from "./store.js"

/** How a store is. */
export interface StoreStatus {
  readonly metrics: number
  /** Points in segments and in memory; repetitions may count twice until they are merged. */
  readonly points: number
  readonly segments: number
  readonly runs: number
  /** Bytes on the disk. Of segments: blocks of points, rows of levels, all else; runs that count no longer are in them. */
  readonly bytes: { readonly points: number; readonly rows: number; readonly index: number; readonly journal: number }
  /** Bytes in segments of runs that count no longer. */
  readonly deadBytes: number
  /** Memory of points that are not yet in segments, in bytes, and of how many metrics there are such. */
  readonly headBytes: number
  readonly headMetrics: number
  /** Memory of decoded blocks, in bytes. */
  readonly cacheBytes: number
  readonly openFiles: number
  /** Metrics some of whose runs overlap, or were written for other parameters, which makes them slower to read; as far as known. */
  readonly untidyMetrics: number
  /** Points that were overruled by a later one of the same time and another value, as far as that has been found by merging. */
  readonly conflicts: number
  /** Points with an infinite value or a time of zero or before, since the store was opened. */
  readonly refusedPoints: number
  /** How long the last write to the journal took with its sync, in milliseconds. */
  readonly syncMs: number
  /** When points were last written to a segment since the store was opened, in milliseconds of the system clock. */
  readonly checkpointMs: number | undefined
  /** What has been found damaged since the store was opened. */
  readonly damage: readonly string[]
  /** Why points are not written to segments, or segments not merged, although they should be; it is tried again by itself. */
  readonly trouble: string | undefined
}

export function statusOf(store: Store, keeper: Keeper, refusedPoints: number): StoreStatus {
  const { catalog, context, ledger } = store
  const { segments } = ledger.state
  const bytes = { points: 0, rows: 0, index: 0, journal: store.journalBytes }
  let points = 0
  let runs = 0
  let deadBytes = 0
  for (const { segment, dead } of segments) {
    bytes.points += segment.pointBytes
    bytes.rows += segment.rowBytes
    bytes.index += segment.bytes - segment.pointBytes - segment.rowBytes
    runs += segment.runs.length - dead.size
    for (const run of dead) deadBytes += segment.runBytes(run)
    for (let run = 0; run < segment.runs.length; run++) {
      if (segment.runs.rowsOnly[run] === 0 && !dead.has(run)) points += segment.runs.points[run]!
    }
  }
  let conflicts = ledger.manifest.conflicts
  for (const heads of store.heads) {
    for (const number of heads.numbers()) {
      const head = heads.get(number)!
      points += head.points
      conflicts += head.conflicts
    }
  }
  return {
    metrics: catalog.size,
    points,
    segments: segments.length,
    runs,
    bytes,
    deadBytes,
    headBytes: store.heads.reduce((sum, heads) => sum + heads.bytes, 0),
    headMetrics: store.heads.reduce((sum, heads) => sum + heads.metrics, 0),
    cacheBytes: context.cache.bytes,
    openFiles: context.files.count,
    untidyMetrics: keeper.compactor.untidy,
    conflicts,
    refusedPoints,
    syncMs: store.syncMs,
    checkpointMs: store.checkpointMs,
    damage: store.damage.list(),
    trouble: (store.trouble ?? keeper.trouble)?.message,
  }
}
