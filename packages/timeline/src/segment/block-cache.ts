import { Lru } from "../lru.js"
import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import type { RunEntry } from "./run-entry.js"

const OVERHEAD_BYTES = 300

/** Decoded blocks, and what is known of runs, by segment and position; bounded in bytes. */
export class BlockCache {
  readonly #blocks: Lru<string, PointBlock | RowBlock | RunEntry>

  constructor(bytes: number) {
    this.#blocks = new Lru(bytes)
  }

  get bytes(): number {
    return this.#blocks.cost
  }

  /** What was put at this place; the caller knows its kind, which never changes. */
  get<T extends PointBlock | RowBlock | RunEntry>(segment: number, position: number): T | undefined {
    return this.#blocks.get(`${segment}/${position}`) as T | undefined
  }

  putPoints(segment: number, position: number, block: PointBlock): void {
    this.#blocks.set(`${segment}/${position}`, block, 16 * block.offsets.length + OVERHEAD_BYTES)
  }

  putRows(segment: number, position: number, block: RowBlock): void {
    this.#blocks.set(`${segment}/${position}`, block, 56 * block.rows.length + 3 * OVERHEAD_BYTES)
  }

  putEntry(segment: number, position: number, entry: RunEntry): void {
    const rowBlocks = entry.rowBlocks.reduce((sum, { lengths }) => sum + lengths.length + 4, 0)
    const cost = 64 * entry.pointBlocks.lengths.length + 32 * rowBlocks + 3 * OVERHEAD_BYTES
    this.#blocks.set(`${segment}/${position}`, entry, cost)
  }
}
