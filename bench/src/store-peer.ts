import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Columns } from "@metricq/protocol"

/** Points of one metric that are handed over together. What goes through a list of chunks takes each before it asks for the next: they may share memory. */
export interface Chunk {
  metric: string
  columns: Columns
}

/** A store for points under measurement: ours, or what it is measured beside. */
export interface StorePeer {
  readonly name: string
  /** Stores all chunks and resolves with the seconds that took, without those for making them ready. */
  insert(chunks: Iterable<Chunk>): Promise<number>
  /** Brings what is stored into the form in which it rests. */
  settle(): Promise<void>
  /** Bytes of points, and of aggregates if there are any, on its disk. */
  bytes(): Promise<number>
  /** Everything about a stretch of time as one aggregate; its number of points, NaN if it does not count them. */
  aggregate(metric: string, beginNs: bigint, endNs: bigint): Promise<number>
  /** Rows of at most this interval; how many. */
  timeline(metric: string, beginNs: bigint, endNs: bigint, intervalNs: bigint): Promise<number>
  /** All points of a stretch of time; how many. */
  raw(metric: string, beginNs: bigint, endNs: bigint): Promise<number>
  /** The last value. */
  last(metric: string): Promise<number>
  close(): Promise<void>
}

/** As many as the database takes from its queue before it acknowledges any. */
const CHUNKS_IN_FLIGHT = 10_000
const POINTS_IN_FLIGHT = 1_000_000

/**
 * Append chunks one after the other, at most 10,000 of them and a million points not yet safe; resolves with the seconds until all are.
 * `append` has copied what it needs when it returns.
 */
export async function insertInFlight(
  chunks: Iterable<Chunk>,
  append: (chunk: Chunk) => Promise<unknown>,
): Promise<number> {
  const began = performance.now()
  let [inFlight, limit] = [0, CHUNKS_IN_FLIGHT]
  let resume: () => void = () => {}
  let failure: unknown
  const done = () => {
    inFlight--
    resume()
  }
  const failed = (error: unknown) => {
    failure ??= error
    done()
  }
  const untilBelow = async (count: number) => {
    while (inFlight > count) {
      await new Promise<void>((resolve) => {
        resume = resolve
      })
    }
    if (failure !== undefined) throw failure
  }
  for (const chunk of chunks) {
    limit = Math.min(CHUNKS_IN_FLIGHT, Math.ceil(POINTS_IN_FLIGHT / chunk.columns.times.length))
    if (inFlight >= limit) await untilBelow(limit / 2)
    inFlight++
    append(chunk).then(done, failed)
  }
  await untilBelow(0)
  return (performance.now() - began) / 1000
}

/** Size of all files below a folder; of those that vanish meanwhile none. */
export function folderBytes(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}
