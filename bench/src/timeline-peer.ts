import { readdirSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { type LevelParameters, Timeline, type TimelineOptions } from "@metricq/timeline"
import { type Chunk, folderBytes, insertInFlight, type StorePeer } from "./store-peer.js"

/** Levels for ten points a second: rows of thirty points at least. */
export const referenceLevels: LevelParameters = {
  intervalMinNs: 3_000_000_000n,
  intervalFactor: 10,
  intervalMaxNs: 300_000_000_000_000n,
  maxGapNs: undefined,
}

/** Our store, used in process as the database does. Every chunk counts when it is synced. */
export class TimelinePeer implements StorePeer {
  readonly name = "ours"
  readonly folder: string
  readonly store: Timeline

  private constructor(folder: string, store: Timeline) {
    this.folder = folder
    this.store = store
  }

  static async open(folder: string, options?: TimelineOptions): Promise<TimelinePeer> {
    return new TimelinePeer(folder, await Timeline.open(folder, options))
  }

  /** Makes metrics known before points of them come. */
  async declare(metrics: readonly string[], levels: LevelParameters = referenceLevels): Promise<void> {
    await Promise.all(metrics.map((metric) => this.store.declare(metric, levels)))
  }

  insert(chunks: Iterable<Chunk>): Promise<number> {
    return insertInFlight(chunks, ({ metric, columns }) => this.store.append(metric, columns))
  }

  async settle(): Promise<void> {
    await this.store.checkpoint()
    await this.store.compact()
    // Files of segments that were merged go a moment later.
    while (this.#segmentFiles() > this.store.status().segments) await sleep(20)
  }

  #segmentFiles(): number {
    return readdirSync(this.folder).filter((name) => name.startsWith("segment-")).length
  }

  async bytes(): Promise<number> {
    return folderBytes(this.folder)
  }

  async aggregate(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    return (await this.store.aggregate(metric, beginNs, endNs)).count
  }

  async timeline(metric: string, beginNs: bigint, endNs: bigint, intervalNs: bigint): Promise<number> {
    return (await this.store.timeline(metric, beginNs, endNs, intervalNs)).times.length
  }

  async raw(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    return (await this.store.raw(metric, beginNs, endNs)).times.length
  }

  async last(metric: string): Promise<number> {
    return (await this.store.last(metric))?.value ?? Number.NaN
  }

  async close(): Promise<void> {
    await this.store.close()
  }
}
