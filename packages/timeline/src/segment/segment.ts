import { join } from "node:path"
import { type Disk, readFully } from "@metricq/files"
import { StorageError } from "../errors.js"
import type { LevelParameters } from "../level-parameters.js"
import { storageFailure } from "../storage-failure.js"
import type { BlockCache } from "./block-cache.js"
import { BLOCK_HEADER_BYTES, BlockKind, checkBlock } from "./block-header.js"
import type { OpenFiles } from "./open-files.js"
import { recoverEntry } from "./recover-entry.js"
import { decodeRunEntry, type RunEntry } from "./run-entry.js"
import {
  decodeIndex,
  decodeSegmentFooter,
  type RunColumns,
  SEGMENT_FOOTER_BYTES,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "./segment-index.js"
import type { SegmentTuning } from "./segment-tuning.js"

/** What the segments of a store share. */
export interface SegmentContext {
  readonly disk: Disk
  readonly folder: string
  readonly files: OpenFiles
  readonly cache: BlockCache
  readonly tuning: SegmentTuning
  /** Those of a metric now, for what has to be made anew. */
  parametersOf(metric: number): LevelParameters
}

/** Where bytes of a segment come from. */
export interface ByteSource {
  /** Bytes from `position` on; fewer only where the file ends. They may be those of another read. */
  read(position: number, length: number): Promise<Uint8Array>
}

/** An immutable file with runs of many metrics. In memory there are only a few bytes of each run. */
export class Segment implements ByteSource {
  readonly number: number
  readonly sequence: number
  /** Size of the file. */
  readonly bytes: number
  readonly runs: RunColumns
  readonly path: string
  /** Bytes of all blocks of points, and of rows; 0 if they are not known. */
  pointBytes = 0
  rowBytes = 0
  readonly #context: SegmentContext
  /** Of runs whose entry in the file is damaged. */
  readonly #entries: Map<number, RunEntry>

  /** @param entries of runs that have none in the file */
  constructor(
    context: SegmentContext,
    number: number,
    sequence: number,
    bytes: number,
    runs: RunColumns,
    entries: ReadonlyMap<number, RunEntry> = new Map(),
  ) {
    this.#context = context
    this.#entries = new Map(entries)
    this.number = number
    this.sequence = sequence
    this.bytes = bytes
    this.runs = runs
    this.path = join(context.folder, segmentName(number))
  }

  get cache(): BlockCache {
    return this.#context.cache
  }

  /** Index of the first run of a metric with at least this number; the number of runs if there is none. */
  find(metric: number): number {
    const { metric: metrics, length } = this.runs
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (metrics[middle]! < metric) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Where the blocks of a run begin. */
  runBegin(run: number): number {
    return this.runs.entryPosition[run]! - this.runs.blockBytes[run]!
  }

  /** Bytes of a run, its entry included. */
  runBytes(run: number): number {
    return this.runs.blockBytes[run]! + this.runs.entryBytes[run]!
  }

  /**
   * What is known of a run.
   *
   * @throws {StorageError} `damaged` naming metric and time, or as the disk fails
   */
  async entry(run: number): Promise<RunEntry> {
    const position = this.runs.entryPosition[run]!
    const known = this.#context.cache.get<RunEntry>(this.number, position)
    if (known) return known
    const recovered = this.#entries.get(run)
    if (recovered) return recovered
    try {
      const entry = this.decodeEntry(run, await this.read(position, this.runs.entryBytes[run]!))
      this.#context.cache.putEntry(this.number, position, entry)
      return entry
    } catch (error) {
      const entry = error instanceof DamagedBlock ? await this.#recover(run) : undefined
      if (!entry) throw error
      this.#entries.set(run, entry)
      return entry
    }
  }

  /** Whether something of it had to be made of the rest. */
  get isRecovered(): boolean {
    return this.#entries.size > 0
  }

  /** Make the entry of a run of its points, if these are all there. */
  async #recover(run: number): Promise<RunEntry | undefined> {
    const { runs } = this
    if (runs.rowsOnly[run] === 1) return undefined
    const parameters = this.#context.parametersOf(runs.metric[run]!)
    const entry = await this.#context.files.use(this.path, (file) =>
      recoverEntry(file, this.runBegin(run), runs.entryPosition[run]!, parameters),
    )
    const isSame = entry?.points === runs.points[run] && entry?.firstNs === runs.firstNs[run]
    return isSame && entry?.lastNs === runs.lastNs[run] ? entry : undefined
  }

  /** The entry of a run, of bytes that begin with it. */
  decodeEntry(run: number, bytes: Uint8Array): RunEntry {
    const position = this.runs.entryPosition[run]!
    const payload = this.payload(bytes, 0, BlockKind.run, this.runs.metric[run]!)
    if (!payload) throw this.damaged(run, position)
    try {
      return decodeRunEntry(payload)
    } catch (cause) {
      // Its checksum is right: it was written wrongly, or by a newer program.
      throw this.damaged(run, position, undefined, cause)
    }
  }

  /** Bytes of the file, as a fresh buffer. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    try {
      const count = await this.#context.files.use(this.path, (file) => readFully(file, bytes, position))
      return bytes.subarray(0, count)
    } catch (cause) {
      throw storageFailure(`cannot read ${this.path}`, cause)
    }
  }

  /** Payload of a block that was read; undefined if its checksum is wrong or it is of another kind or metric. */
  payload(bytes: Uint8Array, at: number, kind: BlockKind, metric: number): Uint8Array | undefined {
    const header = checkBlock(bytes, at)
    if (header?.kind !== kind || header.metric !== metric) return undefined
    const begin = at + BLOCK_HEADER_BYTES
    return bytes.subarray(begin, begin + header.payloadBytes)
  }

  /** An error that names what is lost: by default the run. */
  damaged(
    run: number,
    position: number,
    range = { firstNs: this.runs.firstNs[run]!, lastNs: this.runs.lastNs[run]! },
    cause?: unknown,
  ): StorageError {
    const metric = this.runs.metric[run]!
    return new DamagedBlock(this.path, position, metric, range.firstNs, range.lastNs, { cause })
  }
}

/** A block whose checksum is wrong. The metric is known by its number only; whoever knows its name makes it the message. */
export class DamagedBlock extends StorageError {
  readonly path: string
  readonly position: number
  readonly metric: number
  readonly firstNs: bigint
  readonly lastNs: bigint

  constructor(
    path: string,
    position: number,
    metric: number,
    firstNs: bigint,
    lastNs: bigint,
    options?: ErrorOptions,
    name = `metric number ${metric}`,
  ) {
    const range = `from ${firstNs} to ${lastNs} ns`
    super("damaged", `${path} is damaged at byte ${position}: ${name} ${range} cannot be read`, options)
    this.name = "StorageError"
    this.path = path
    this.position = position
    this.metric = metric
    this.firstNs = firstNs
    this.lastNs = lastNs
  }

  /** The same with the name of the metric. */
  named(name: string): DamagedBlock {
    const options = { cause: this.cause }
    return new DamagedBlock(this.path, this.position, this.metric, this.firstNs, this.lastNs, options, name)
  }
}

/**
 * Open a segment by the index at its end; undefined if that is damaged.
 *
 * @throws {StorageError} `format` for one of a newer version, or as the disk fails
 */
export async function openSegment(context: SegmentContext, number: number): Promise<Segment | undefined> {
  const path = join(context.folder, segmentName(number))
  try {
    return await context.files.use(path, async (file) => {
      const size = await file.size()
      if (size < SEGMENT_HEADER_BYTES + SEGMENT_FOOTER_BYTES) return undefined
      const footerBytes = new Uint8Array(SEGMENT_FOOTER_BYTES)
      await readFully(file, footerBytes, size - SEGMENT_FOOTER_BYTES)
      const footer = decodeSegmentFooter(footerBytes)
      if (!footer) return undefined
      if ("version" in footer) {
        throw new StorageError("format", `${path} is of version ${footer.version} of the segment, which is newer`)
      }
      const { sequence, indexPosition, indexBytes } = footer
      if (indexPosition + indexBytes + SEGMENT_FOOTER_BYTES !== size) return undefined
      // So placed that the payload lies on a border of eight bytes.
      const bytes = new Uint8Array(indexBytes + INDEX_SHIFT).subarray(INDEX_SHIFT)
      await readFully(file, bytes, indexPosition)
      if (checkBlock(bytes, 0)?.kind !== BlockKind.index) return undefined
      const runs = decodeIndex(bytes.subarray(BLOCK_HEADER_BYTES))
      if (!runs) return undefined
      const segment = new Segment(context, number, sequence, size, runs)
      segment.pointBytes = footer.pointBytes
      segment.rowBytes = footer.rowBytes
      return segment
    })
  } catch (cause) {
    throw storageFailure(`cannot open ${path}`, cause)
  }
}

const INDEX_SHIFT = -BLOCK_HEADER_BYTES & 7
