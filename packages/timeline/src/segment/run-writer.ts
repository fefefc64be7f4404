import { encodePointBlock } from "../codec/point-block-codec.js"
import { type LevelParameters, parametersChecksum } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import { lastTime, pointTime } from "../query/block-search.js"
import { RunRows } from "../query/run-rows.js"
import type { BlockCutter } from "./block-cutter.js"
import { BlockKind } from "./block-header.js"
import { EncodedRows } from "./encoded-rows.js"
import { encodeRunEntry, type RunEntry } from "./run-entry.js"
import type { SegmentWriter } from "./segment-writer.js"

/** How a run is written. */
export interface RunWriterOptions {
  readonly metric: number
  readonly parameters: LevelParameters
  /** Levels whose rows are stored, ascending. */
  readonly levels: readonly number[]
  /** False to keep only the rows; default true. */
  readonly keepPoints?: boolean
}

/**
 * Writes one run into a segment: takes its points in order, and makes the rows of the levels asked for. What it adds to the segment is to be
 * written by the segment's `drain`.
 */
export class RunWriter {
  readonly #out: SegmentWriter
  readonly #options: RunWriterOptions
  readonly #begin: number
  readonly #rows: RunRows
  readonly #encodedRows: EncodedRows
  readonly #cutter: BlockCutter | undefined
  readonly #lengths: number[] = []
  readonly #counts: number[] = []
  readonly #firstNs: bigint[] = []
  readonly #lastNs: bigint[] = []
  #first: { readonly ns: bigint; readonly value: number } | undefined
  #last = { ns: 0n, value: 0 }
  #points = 0

  constructor(out: SegmentWriter, options: RunWriterOptions) {
    this.#out = out
    this.#options = options
    this.#begin = out.position
    this.#cutter = options.keepPoints === false ? undefined : out.cutter
    this.#rows = new RunRows(options.parameters, options.levels)
    this.#encodedRows = new EncodedRows(options.levels)
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
  add(block: PointBlock, encoded?: Uint8Array): void {
    this.#take(block)
    if (!this.#cutter) return
    for (const part of this.#cutter.add(block, encoded)) this.#write(part.block, part.encoded)
  }

  /** Take all points there are, not more than fit into a block. */
  addAll(block: PointBlock): void {
    this.#take(block)
    if (this.#cutter) this.#write(block, undefined)
  }

  /** Write what is left, and the run's entry; there must have been points. */
  finish(): void {
    const { metric, parameters } = this.#options
    for (const part of this.#cutter?.finish() ?? []) this.#write(part.block, part.encoded)
    this.#rows.finish()
    this.#encodedRows.takeFrom(this.#rows)
    writeEntry(this.#out, metric, this.#begin, {
      firstNs: this.#first!.ns,
      lastNs: this.#last.ns,
      firstValue: this.#first!.value,
      lastValue: this.#last.value,
      points: this.#points,
      hasPoints: this.#cutter !== undefined,
      total: this.#rows.total,
      parameters,
      pointBlocks: { lengths: this.#lengths, counts: this.#counts, firstNs: this.#firstNs, lastNs: this.#lastNs },
      rowBlocks: this.#encodedRows.write(this.#out, metric),
    })
  }

  #take(block: PointBlock): void {
    const { values } = block
    this.#first ??= { ns: pointTime(block, 0), value: values[0]! }
    this.#last = { ns: lastTime(block), value: values[values.length - 1]! }
    this.#points += values.length
    this.#rows.add(block)
    this.#encodedRows.takeFrom(this.#rows)
  }

  #write(block: PointBlock, encoded: Uint8Array | undefined): void {
    this.#firstNs.push(pointTime(block, 0))
    this.#lastNs.push(lastTime(block))
    this.#counts.push(block.offsets.length)
    if (encoded) {
      this.#out.copy(BlockKind.points, encoded)
      this.#lengths.push(encoded.length)
    } else {
      this.#lengths.push(this.#out.block(BlockKind.points, 0, this.#options.metric, encodePointBlock(block)))
    }
  }
}

/** Write what is known of a run behind its blocks, which begin at `begin`, and take it into the index. */
export function writeEntry(out: SegmentWriter, metric: number, begin: number, entry: RunEntry): void {
  const entryPosition = out.position
  const entryBytes = out.block(BlockKind.run, 0, metric, encodeRunEntry(entry))
  out.addRun({
    ...entry,
    metric,
    entryPosition,
    entryBytes,
    blockBytes: entryPosition - begin,
    parametersChecksum: parametersChecksum(entry.parameters),
  })
}
