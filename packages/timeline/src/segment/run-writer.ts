import { encodePointBlock } from "../codec/point-block-codec.js"
import type { LevelParameters } from "../level-parameters.js"
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

/** Writes one run into a segment: takes its points in order, and makes the rows of the levels asked for. */
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
  async add(block: PointBlock, encoded?: Uint8Array): Promise<void> {
    const { values } = block
    this.#first ??= { ns: pointTime(block, 0), value: values[0]! }
    this.#last = { ns: lastTime(block), value: values[values.length - 1]! }
    this.#points += values.length
    this.#rows.add(block)
    this.#encodedRows.takeFrom(this.#rows)
    if (!this.#cutter) return
    for (const part of this.#cutter.add(block, encoded)) await this.#write(part.block, part.encoded)
  }

  /** Write what is left, and the run's entry; there must have been points. */
  async finish(): Promise<void> {
    const { metric, parameters } = this.#options
    for (const part of this.#cutter?.finish() ?? []) await this.#write(part.block, part.encoded)
    this.#rows.finish()
    this.#encodedRows.takeFrom(this.#rows)
    await writeEntry(this.#out, metric, this.#begin, {
      firstNs: this.#first!.ns,
      lastNs: this.#last.ns,
      firstValue: this.#first!.value,
      lastValue: this.#last.value,
      points: this.#points,
      hasPoints: this.#cutter !== undefined,
      total: this.#rows.total,
      parameters,
      pointBlocks: { lengths: this.#lengths, counts: this.#counts, firstNs: this.#firstNs, lastNs: this.#lastNs },
      rowBlocks: await this.#encodedRows.write(this.#out, metric),
    })
  }

  async #write(block: PointBlock, encoded: Uint8Array | undefined): Promise<void> {
    this.#firstNs.push(pointTime(block, 0))
    this.#lastNs.push(lastTime(block))
    this.#counts.push(block.offsets.length)
    if (encoded) {
      await this.#out.copy(BlockKind.points, encoded)
      this.#lengths.push(encoded.length)
    } else {
      this.#lengths.push(await this.#out.block(BlockKind.points, 0, this.#options.metric, encodePointBlock(block)))
    }
  }
}

/** Write what is known of a run behind its blocks, which begin at `begin`, and take it into the index. */
export async function writeEntry(out: SegmentWriter, metric: number, begin: number, entry: RunEntry): Promise<void> {
  const entryPosition = out.position
  const entryBytes = await out.block(BlockKind.run, 0, metric, encodeRunEntry(entry))
  out.addRun({ ...entry, metric, entryPosition, entryBytes, blockBytes: entryPosition - begin })
}
