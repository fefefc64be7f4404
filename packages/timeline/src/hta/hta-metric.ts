import { stat } from "node:fs/promises"
import type { Columns } from "@metricq/protocol"
import { checkLevelParameters, type LevelParameters } from "../level-parameters.js"
import { readPieces } from "./file-pieces.js"
import type { HtaDamageReport } from "./hta-damage.js"
import type { HtaHeader } from "./hta-header.js"
import { RAW_RECORD_BYTES, RawRecords, type UnorderedPoints } from "./raw-records.js"

/** How much of a file is read at a time. */
const PIECE_BYTES = 2 ** 20

/** How the points of an archive are read. */
export interface HtaReadOptions {
  /** Go on where columns ended, at their `endOffset`; default: at the begin. */
  readonly fromOffset?: number
  /** Points not later than the one before: passed on where they stand (default), or left out as the original would. */
  readonly unordered?: UnorderedPoints
  readonly signal?: AbortSignal
}

/** Points of an archive, where in the file those after them begin, and the time in the record before that. */
export interface HtaColumns extends Columns {
  readonly endOffset: number
  readonly endNs: bigint
}

/** What is known of a metric's raw file before its points are read. */
export interface HtaFile {
  readonly name: string
  /** Folder with the metric's files. */
  readonly folder: string
  /** Path of `raw.hta`. */
  readonly file: string
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly header: HtaHeader
}

/** One metric of an archive. Keeps nothing open. */
export class HtaMetric {
  /** Name: the path of its folder within the archive, with `/` between components. */
  readonly name: string
  readonly folder: string
  readonly file: string
  /** Size and last change of `raw.hta` when the archive was listed. */
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly #header: HtaHeader

  constructor({ name, folder, file, sizeBytes, modifiedMs, header }: HtaFile) {
    this.name = name
    this.folder = folder
    this.file = file
    this.sizeBytes = sizeBytes
    this.modifiedMs = modifiedMs
    this.#header = header
  }

  /** Points in the file when the archive was listed. */
  get points(): number {
    return Math.max(0, Math.floor((this.sizeBytes - this.#header.dataStart) / RAW_RECORD_BYTES))
  }

  /** Offset of the first point. */
  get dataStart(): number {
    return this.#header.dataStart
  }

  /**
   * Aggregation as its header says; values hold for ever, as they do in the original.
   *
   * @throws {DataError} `level-parameters` where that cannot be
   */
  get parameters(): LevelParameters {
    const { intervalMinNs, intervalMaxNs, intervalFactor } = this.#header
    return checkLevelParameters(this.name, {
      intervalMinNs,
      intervalMaxNs,
      intervalFactor: Number(intervalFactor),
      maxGapNs: undefined,
    })
  }

  /**
   * All its points in the order of the file, up to 65,536 at a time, as far as the file goes. Points that the file has gained since it
   * was listed are read, too.
   *
   * Columns may be empty, and belong to the caller. Records that cannot be are left out and told to `report`, as is a
   * file that cannot be read or ends within a record.
   *
   * @throws the reason of `signal`
   */
  async *read(report: HtaDamageReport, options: HtaReadOptions = {}): AsyncGenerator<HtaColumns> {
    const { unordered = "keep", signal } = options
    const begin = this.dataStart + wholeRecords((options.fromOffset ?? 0) - this.dataStart)
    const records = new RawRecords(this.file, report, unordered)
    let endOffset = begin
    try {
      const { size } = await stat(this.file)
      const end = begin + wholeRecords(size - begin)
      records.continueAfter((await this.timeBefore(begin)) ?? 0n)
      for await (const piece of readPieces(this.file, begin, end, PIECE_BYTES)) {
        signal?.throwIfAborted()
        const length = wholeRecords(piece.length)
        endOffset = piece.offset + length
        if (length === 0) break
        const endNs = new BigInt64Array(piece.buffer, length - RAW_RECORD_BYTES, 1)[0]!
        yield { ...records.read(piece.buffer, length / RAW_RECORD_BYTES, piece.offset), endOffset, endNs }
      }
      if (end < size) report.add("torn", this.file, end, 1, `${size - end} bytes at its end are no whole point`)
    } catch (error) {
      if (!isSystemError(error)) throw error
      report.add("unreadable", this.file, endOffset, 1, error.message)
    }
  }

  /** Time in the record that ends at `offset`, by which one can tell whether a file is still the same up to there; `undefined` if none does. */
  async timeBefore(offset: number): Promise<bigint | undefined> {
    const begin = offset - RAW_RECORD_BYTES
    if (begin < this.dataStart) return undefined
    for await (const { buffer, length } of readPieces(this.file, begin, offset, RAW_RECORD_BYTES)) {
      if (length === RAW_RECORD_BYTES) return new BigInt64Array(buffer)[0]
    }
    return undefined
  }
}

function wholeRecords(bytes: number): number {
  return Math.max(0, bytes - (bytes % RAW_RECORD_BYTES))
}

/** Whether an error comes from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string"
}
