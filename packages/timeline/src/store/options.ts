import { type Disk, nodeDisk } from "@metricq/files"
import { DataError } from "@metricq/protocol"
import { type SegmentTuning, segmentTuning } from "../segment/segment-tuning.js"

/** How a store works. */
export interface TimelineOptions {
  /**
   * While very many appends come, begin a sync at most every so many milliseconds; a few never wait. Default 0: sync whenever none is under
   * way, which is better for appends that wait for those before.
   */
  readonly gatherMs?: number
  /** Memory for points not yet in segments, at which they are written to one; in bytes. Default 64 MiB. Up to twice as much is taken. */
  readonly headBytes?: number
  /** Size of the journal at which the same happens; in bytes. Default 128 MiB. */
  readonly journalBytes?: number
  /** Memory for decoded blocks, in bytes. Default 64 MiB. */
  readonly cacheBytes?: number
  /** Bytes a second that merging in the background writes at most. Default 64 MiB. */
  readonly compactionBytesPerSecond?: number
  /** Take the folder also if this very process holds it: a thread of it has ended without closing the store. Default false. */
  readonly takeOver?: boolean
  /** Whether segments are merged in the background; default true. */
  readonly compaction?: boolean
}

/** Options with their defaults, and those that only tests set. */
export interface StoreOptions extends Required<TimelineOptions> {
  readonly disk: Disk
  /** Whether to hold the folder against other processes. */
  readonly lock: boolean
  /** How long to wait after a failed checkpoint before the first new try; doubles up to a minute. */
  readonly retryMs: number
  readonly tuning: SegmentTuning
  /** Of a metric with up to so many runs a read looks at all. */
  readonly fewRuns: number
  /** The clock of retention, in nanoseconds. */
  readonly now: () => bigint
}

const MIB = 1 << 20

/** @throws {DataError} `option` for one that is out of range */
export function storeOptions(options: Partial<StoreOptions> = {}): StoreOptions {
  const complete: StoreOptions = {
    gatherMs: options.gatherMs ?? 0,
    headBytes: options.headBytes ?? 64 * MIB,
    journalBytes: options.journalBytes ?? 128 * MIB,
    cacheBytes: options.cacheBytes ?? 64 * MIB,
    compactionBytesPerSecond: options.compactionBytesPerSecond ?? 64 * MIB,
    takeOver: options.takeOver ?? false,
    compaction: options.compaction ?? true,
    disk: options.disk ?? nodeDisk,
    lock: options.lock ?? true,
    retryMs: options.retryMs ?? 1000,
    tuning: options.tuning ?? segmentTuning,
    fewRuns: options.fewRuns ?? 32,
    now: options.now ?? (() => BigInt(Date.now()) * 1_000_000n),
  }
  for (const name of ["gatherMs", "cacheBytes"] as const) check(name, complete[name], 0)
  for (const name of ["headBytes", "journalBytes", "compactionBytesPerSecond"] as const) check(name, complete[name], 1)
  return complete
}

function check(name: string, value: number, least: number): void {
  if (!Number.isFinite(value) || value < least) {
    throw new DataError("option", `${name} is ${value}, but must be a number of at least ${least}`)
  }
}
