import { join } from "node:path"
import { type Disk, type DiskFile, writeFully } from "@metricq/files"
import { storageFailure } from "../storage-failure.js"
import { BlockCutter } from "./block-cutter.js"
import { BLOCK_HEADER_BYTES, BlockKind, sealBlock } from "./block-header.js"
import type { SegmentContext } from "./segment.js"
import {
  encodeSegmentFooter,
  encodeSegmentHeader,
  IndexBuilder,
  type RunPlace,
  SEGMENT_FOOTER_BYTES,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "./segment-index.js"
import type { SegmentTuning } from "./segment-tuning.js"

/** So much is written at once, and the buffer with room for what comes on top. */
const BUFFER_BYTES = 1 << 20
const FIRST_BYTES = BUFFER_BYTES + (BUFFER_BYTES >> 2)

/** Written bytes are synced in portions, so that the last sync does not hold up the disk for seconds. */
const SYNC_BYTES = 1 << 26

/** Called before bytes are written, with their number; delays writing where it is to be slow. */
export type Throttle = (bytes: number) => Promise<void>

/**
 * Writes a segment from its begin to its end. Runs are given in order of metric and time, the blocks of one before its entry.
 *
 * Every method throws a `StorageError` when the disk fails; then only `abandon` may be called.
 */
export class SegmentWriter {
  readonly sequence: number
  readonly number: number
  /** For the run that is being written: its buffers are large and serve one after the other. */
  readonly cutter: BlockCutter
  readonly tuning: SegmentTuning
  readonly #disk: Disk
  readonly #path: string
  readonly #throttle: Throttle | undefined
  readonly #index = new IndexBuilder()
  #buffer = new Uint8Array(FIRST_BYTES)
  #file: DiskFile | undefined
  /** Bytes in the buffer, and in the file. */
  #buffered = 0
  #written = 0
  #synced = 0
  #pointBytes = 0
  #rowBytes = 0

  constructor(context: SegmentContext, number: number, sequence: number, throttle?: Throttle) {
    const { disk, folder, tuning } = context
    this.tuning = tuning
    this.cutter = new BlockCutter(tuning.blockPoints)
    this.#disk = disk
    this.#path = join(folder, segmentName(number))
    this.number = number
    this.sequence = sequence
    this.#throttle = throttle
  }

  /** Runs written so far. */
  get runs(): number {
    return this.#index.length
  }

  /** Times of the first and the last point of a run that has been written. */
  rangeOf(run: number): { firstNs: bigint; lastNs: bigint } {
    return this.#index.rangeOf(run)
  }

  /** Where the next block will be. */
  get position(): number {
    return this.#written + this.#buffered
  }

  async begin(): Promise<void> {
    await this.#attempt(async () => {
      this.#file = await this.#disk.open(this.#path, "create")
    })
    this.#append(encodeSegmentHeader(this.sequence))
  }

  /** Add a block; returns its length in the segment. It is written by `drain` and `finish`. */
  block(kind: BlockKind, level: number, metric: number, payload: Uint8Array): number {
    const length = BLOCK_HEADER_BYTES + payload.length
    const at = this.#reserve(length)
    this.#buffer.set(payload, at + BLOCK_HEADER_BYTES)
    sealBlock(this.#buffer, at, { kind, level, payloadBytes: payload.length, metric })
    this.#count(kind, length)
    return length
  }

  /** Add a whole block as it is in another segment; the bytes are not kept. */
  copy(kind: number, bytes: Uint8Array): void {
    this.#append(bytes)
    this.#count(kind, bytes.length)
  }

  /** Write what has been added, once it is enough for a large write. To be called now and then, so that it does not pile up in memory. */
  async drain(): Promise<void> {
    if (this.#buffered >= BUFFER_BYTES) await this.#flush()
  }

  /** Take a run into the index; its blocks and its entry have been written. */
  addRun(run: RunPlace): void {
    this.#index.add(run)
  }

  /** Write the index and make everything safe; resolves with the size of the segment. */
  async finish(): Promise<number> {
    const indexPosition = this.position
    const indexBytes = this.block(BlockKind.index, 0, 0, this.#index.encode())
    const footer = {
      sequence: this.sequence,
      indexPosition,
      indexBytes,
      pointBytes: this.#pointBytes,
      rowBytes: this.#rowBytes,
    }
    this.#append(encodeSegmentFooter(footer))
    await this.#flush()
    await this.#attempt(async () => {
      await this.#file!.sync()
      await this.#file!.close()
      this.#file = undefined
    })
    return this.position
  }

  /** Give up, and remove what has been written. */
  async abandon(): Promise<void> {
    await this.#file?.close().catch(() => {})
    this.#file = undefined
    await this.#disk.remove(this.#path).catch(() => {}) // the next start removes it
  }

  /** Whether nothing but the header has been written. */
  get isEmpty(): boolean {
    return this.position === SEGMENT_HEADER_BYTES
  }

  /** Size that the segment would have if it were finished now, but for its index. */
  get size(): number {
    return this.position + SEGMENT_FOOTER_BYTES
  }

  #append(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length)
    this.#buffer.set(bytes, at)
  }

  /** Room for so many bytes at the end of the buffer; returns where. */
  #reserve(length: number): number {
    const at = this.#buffered
    this.#buffered = at + length
    if (this.#buffered > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#buffered, 2 * this.#buffer.length))
      grown.set(this.#buffer.subarray(0, at))
      this.#buffer = grown
    }
    return at
  }

  #count(kind: number, bytes: number): void {
    if (kind === BlockKind.points) this.#pointBytes += bytes
    else if (kind === BlockKind.rows) this.#rowBytes += bytes
  }

  async #flush(): Promise<void> {
    await this.#write(this.#buffer.subarray(0, this.#buffered))
    this.#buffered = 0
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#throttle?.(bytes.length)
    await this.#attempt(async () => {
      await writeFully(this.#file!, bytes, this.#written)
      this.#written += bytes.length
      if (this.#written - this.#synced < SYNC_BYTES) return
      await this.#file!.sync()
      this.#synced = this.#written
    })
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      throw storageFailure(`cannot write ${this.#path}`, cause)
    }
  }
}
