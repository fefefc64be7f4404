import { encodeRowBlock } from "../codec/row-block-codec.js"
import type { RunRows } from "../query/run-rows.js"
import { BLOCK_HEADER_BYTES, BlockKind } from "./block-header.js"
import type { RowDirectory } from "./run-entry.js"
import type { SegmentWriter } from "./segment-writer.js"

interface EncodedLevel {
  readonly level: number
  readonly payloads: Uint8Array[]
  readonly counts: number[]
  readonly firstRow: number[]
  readonly lastRow: number[]
}

/** Rows of a run that have been encoded and wait for their place behind the points, level after level. */
export class EncodedRows {
  readonly #levels: readonly EncodedLevel[]

  constructor(levels: readonly number[]) {
    this.#levels = levels.map((level) => ({ level, payloads: [], counts: [], firstRow: [], lastRow: [] }))
  }

  /** Take what has become complete. */
  takeFrom(rows: RunRows): void {
    for (const { level, payloads, counts, firstRow, lastRow } of this.#levels) {
      for (const block of rows.take(level)) {
        payloads.push(encodeRowBlock(block))
        counts.push(block.rows.length)
        firstRow.push(block.rows[0]!)
        lastRow.push(block.rows[block.rows.length - 1]!)
      }
    }
  }

  /** Add them to a segment; returns where they are. */
  write(out: SegmentWriter, metric: number): RowDirectory[] {
    const directories: RowDirectory[] = []
    for (const { level, payloads, counts, firstRow, lastRow } of this.#levels) {
      if (payloads.length === 0) continue
      for (const payload of payloads) out.block(BlockKind.rows, level, metric, payload)
      const lengths = payloads.map((payload) => payload.length + BLOCK_HEADER_BYTES)
      directories.push({ level, lengths, counts, firstRow, lastRow })
    }
    return directories
  }
}
