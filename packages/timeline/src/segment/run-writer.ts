import { encodePointBlock } from "../codec/point-block-codec.js"
import { encodeRowBlock } from "../codec/row-block-codec.js"
import type { LevelParameters } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import { RunRows } from "../query/run-rows.js"
import type { BlockCutter } from "./block-cutter.js"
import { BLOCK_HEADER_BYTES, BlockKind } from "./block-header.js"
import { encodeRunEntry, type RowDirectory } from "./run-entry.js"
import type { SegmentWriter } from "./segment-writer.js"

/** Rows of a level that have been encoded and wait for their place behind the points. */
interface EncodedRows {
  readonly level: number
  readonly payloads: Uint8Array[]
  readonly counts: number[]
  readonly firstRow: number[]
  readonly lastRow: number[]
}

/** Writes one run into a segment: takes its points in order, and makes the rows of the levels asked for. */
export class RunWriter {
  readonly #out: SegmentWriter
  readonly #metric: number
  readonly #parameters: LevelParameters
  readonly #begin: number
  readonly #rows: RunRows
  readonly #encodedRows: EncodedRows[]
  readonly #cutter: BlockCutter
  readonly #lengths: number[] = []
  readonly #counts: number[] = []
  readonly #firstNs: bigint[] = []
  readonly #lastNs: bigint[] = []
  #points = 0
  #firstValue = Number.NaN
  #lastValue = Number.NaN

  constructor(out: SegmentWriter, metric: number, parameters: LevelParameters, levels: readonly number[]) {
    this.#out = out
    this.#metric = metric
    this.#parameters = parameters
    this.#begin = out.position
    this.#cutter = out.cutter
    this.#rows = new RunRows(parameters, levels)
    this.#encodedRows = levels.map((level) => ({ level, payloads: [], counts: [], firstRow: [], lastRow: [] }))
  }

  /** Points taken so far. */
  get points(): number {
    return this.#points
  }

  /**
   * Take the next points.
   *
   * @param encoded the same as a whole block of a segment, header included, which is then copied where the block is good as it is
   */
  async add(block: PointBlock, encoded?: Uint8Array): Promise<void> {
    if (this.#points === 0) this.#firstValue = block.values[0]!
    this.#points += block.offsets.length
    this.#lastValue = block.values[block.values.length - 1]!
    this.#rows.add(block)
    for (const { level } of this.#encodedRows) this.#encodeRows(level)
    for (const part of this.#cutter.add(block, encoded)) await this.#write(part.block, part.encoded)
  }

  /** Write what is left, and the run's entry. */
  async finish(): Promise<void> {
    for (const part of this.#cutter.finish()) await this.#write(part.block, part.encoded)
    this.#rows.finish()
    const rowBlocks: RowDirectory[] = []
    for (const rows of this.#encodedRows) {
      this.#encodeRows(rows.level)
      rowBlocks.push(await this.#writeRows(rows))
    }
    const entry = {
      firstNs: this.#firstNs[0]!,
      lastNs: this.#lastNs[this.#lastNs.length - 1]!,
      firstValue: this.#firstValue,
      lastValue: this.#lastValue,
      points: this.#points,
      hasPoints: true,
      total: this.#rows.total,
      parameters: this.#parameters,
      pointBlocks: {
        lengths: this.#lengths,
        counts: this.#counts,
        firstNs: this.#firstNs,
        lastNs: this.#lastNs,
      },
      rowBlocks: rowBlocks.filter(({ lengths }) => lengths.length > 0),
    }
    const entryPosition = this.#out.position
    const entryBytes = await this.#out.block(BlockKind.run, 0, this.#metric, encodeRunEntry(entry))
    const blockBytes = entryPosition - this.#begin
    this.#out.addRun({ ...entry, metric: this.#metric, entryPosition, entryBytes, blockBytes })
  }

  async #write(block: PointBlock, encoded: Uint8Array | undefined): Promise<void> {
    const { baseNs, offsets } = block
    this.#firstNs.push(baseNs + BigInt(offsets[0]!))
    this.#lastNs.push(baseNs + BigInt(offsets[offsets.length - 1]!))
    this.#counts.push(offsets.length)
    if (encoded) {
      await this.#out.copy(encoded)
      this.#lengths.push(encoded.length)
    } else {
      this.#lengths.push(await this.#out.block(BlockKind.points, 0, this.#metric, encodePointBlock(block)))
    }
  }

  #encodeRows(level: number): void {
    const encoded = this.#encodedRows.find((rows) => rows.level === level)!
    for (const block of this.#rows.take(level)) {
      encoded.payloads.push(encodeRowBlock(block))
      encoded.counts.push(block.rows.length)
      encoded.firstRow.push(block.rows[0]!)
      encoded.lastRow.push(block.rows[block.rows.length - 1]!)
    }
  }

  async #writeRows({ level, payloads, counts, firstRow, lastRow }: EncodedRows): Promise<RowDirectory> {
    for (const payload of payloads) await this.#out.block(BlockKind.rows, level, this.#metric, payload)
    const lengths = payloads.map((payload) => payload.length + BLOCK_HEADER_BYTES)
    return { level, lengths, counts, firstRow, lastRow }
  }
}
