import { crc32 } from "node:zlib"

/** Bytes before the first block of a segment. */
export const SEGMENT_HEADER_BYTES = 32
/** Bytes at the end of a segment. */
export const SEGMENT_FOOTER_BYTES = 64

/** First bytes of a segment and of its footer; the last is the version of the format. */
const MAGIC = Uint8Array.of(0x4d, 0x51, 0x2d, 0x53, 0x45, 0x47, 0x4d, 1)
const VERSION_AT = MAGIC.length - 1

const NAME = /^segment-(\d{8,15})$/

export function segmentName(number: number): string {
  return `segment-${String(number).padStart(8, "0")}`
}

/** Number of the segment with this name; undefined if it is none. */
export function segmentNumber(name: string): number | undefined {
  const match = NAME.exec(name)
  return match ? Number(match[1]) : undefined
}

/** Magic and version (8 bytes), CRC-32 of the rest and them (u32), zero (u32), sequence (f64), zero (8 bytes). */
export function encodeSegmentHeader(sequence: number): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
  bytes.set(MAGIC)
  const view = new DataView(bytes.buffer)
  view.setFloat64(16, sequence, true)
  view.setUint32(8, checksum(bytes), true)
  return bytes
}

/** Where the index of a segment is. */
export interface SegmentFooter {
  readonly sequence: number
  readonly indexPosition: number
  /** Of the block of the index, header included. */
  readonly indexBytes: number
  /** Of all blocks of points, and of rows, headers included. */
  readonly pointBytes: number
  readonly rowBytes: number
}

/**
 * Magic and version (8 bytes), CRC-32 of the rest and them (u32), zero (u32), sequence, position and length of the index, bytes of points and
 * of rows (f64 each), zero.
 */
export function encodeSegmentFooter(footer: SegmentFooter): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_FOOTER_BYTES)
  bytes.set(MAGIC)
  const view = new DataView(bytes.buffer)
  view.setFloat64(16, footer.sequence, true)
  view.setFloat64(24, footer.indexPosition, true)
  view.setFloat64(32, footer.indexBytes, true)
  view.setFloat64(40, footer.pointBytes, true)
  view.setFloat64(48, footer.rowBytes, true)
  view.setUint32(8, checksum(bytes), true)
  return bytes
}

/** What the last bytes of a segment say; undefined if they are damaged; the version where it is another. */
export function decodeSegmentFooter(bytes: Uint8Array): SegmentFooter | { readonly version: number } | undefined {
  if (!isSound(bytes, SEGMENT_FOOTER_BYTES)) return undefined
  if (bytes[VERSION_AT] !== MAGIC[VERSION_AT]) return { version: bytes[VERSION_AT]! }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    sequence: view.getFloat64(16, true),
    indexPosition: view.getFloat64(24, true),
    indexBytes: view.getFloat64(32, true),
    pointBytes: view.getFloat64(40, true),
    rowBytes: view.getFloat64(48, true),
  }
}

/** Whether the first bytes of a segment are those that were written. */
export function isSegmentHeader(bytes: Uint8Array): boolean {
  return isSound(bytes, SEGMENT_HEADER_BYTES) && bytes[VERSION_AT] === MAGIC[VERSION_AT]
}

function isSound(bytes: Uint8Array, length: number): boolean {
  if (bytes.length !== length) return false
  for (let i = 0; i < VERSION_AT; i++) if (bytes[i] !== MAGIC[i]) return false
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true) === checksum(bytes)
}

/** The version is among the bytes, so that a damaged one is not taken for a newer. */
function checksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(12), crc32(bytes.subarray(0, 8)))
}

/**
 * The runs of a segment as columns, in order of metric and time. This is all that stays in memory of a run: 45 bytes.
 */
export interface RunColumns {
  readonly length: number
  readonly firstNs: BigInt64Array
  readonly lastNs: BigInt64Array
  /** Where its entry is, and how long that is in the segment, header included. */
  readonly entryPosition: Float64Array
  readonly entryBytes: Uint32Array
  readonly metric: Uint32Array
  readonly points: Uint32Array
  /** Bytes of the run's blocks, which lie before its entry. */
  readonly blockBytes: Uint32Array
  /** Checksum of the level parameters with which its rows were made. */
  readonly parameters: Uint32Array
  /** 1 where only rows have been kept. */
  readonly rowsOnly: Uint8Array
}

const RUN_BYTES = 45

/** Columns for so many runs, over `bytes` if given, which must lie on a border of eight. */
function columnsOver(length: number, bytes: Uint8Array): RunColumns {
  const { buffer, byteOffset } = bytes
  const at = (column: number) => byteOffset + length * column
  return {
    length,
    firstNs: new BigInt64Array(buffer, at(0), length),
    lastNs: new BigInt64Array(buffer, at(8), length),
    entryPosition: new Float64Array(buffer, at(16), length),
    entryBytes: new Uint32Array(buffer, at(24), length),
    metric: new Uint32Array(buffer, at(28), length),
    points: new Uint32Array(buffer, at(32), length),
    blockBytes: new Uint32Array(buffer, at(36), length),
    parameters: new Uint32Array(buffer, at(40), length),
    rowsOnly: new Uint8Array(buffer, at(44), length),
  }
}

/** One run of {@link RunColumns}. */
export interface RunPlace {
  readonly metric: number
  readonly firstNs: bigint
  readonly lastNs: bigint
  readonly points: number
  readonly hasPoints: boolean
  readonly entryPosition: number
  readonly entryBytes: number
  readonly blockBytes: number
  readonly parametersChecksum: number
}

/** Gathers the index of a segment while it is written. */
export class IndexBuilder {
  #length = 0
  #columns = columnsOver(16, new Uint8Array(16 * RUN_BYTES))

  get length(): number {
    return this.#length
  }

  rangeOf(run: number): { firstNs: bigint; lastNs: bigint } {
    return { firstNs: this.#columns.firstNs[run]!, lastNs: this.#columns.lastNs[run]! }
  }

  add(run: RunPlace): void {
    if (this.#length === this.#columns.length) this.#grow()
    const i = this.#length++
    const columns = this.#columns
    columns.metric[i] = run.metric
    columns.firstNs[i] = run.firstNs
    columns.lastNs[i] = run.lastNs
    columns.points[i] = run.points
    columns.rowsOnly[i] = run.hasPoints ? 0 : 1
    columns.entryPosition[i] = run.entryPosition
    columns.entryBytes[i] = run.entryBytes
    columns.blockBytes[i] = run.blockBytes
    columns.parameters[i] = run.parametersChecksum
  }

  /** Number of the runs (f64), then one column after the other, as fresh bytes. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(8 + this.#length * RUN_BYTES)
    new DataView(bytes.buffer).setFloat64(0, this.#length, true)
    copyColumns(this.#columns, columnsOver(this.#length, bytes.subarray(8)))
    return bytes
  }

  #grow(): void {
    const capacity = 2 * this.#columns.length
    const columns = columnsOver(capacity, new Uint8Array(capacity * RUN_BYTES))
    copyColumns(this.#columns, columns)
    this.#columns = columns
  }
}

function copyColumns(from: RunColumns, to: RunColumns): void {
  const count = Math.min(from.length, to.length)
  to.firstNs.set(from.firstNs.subarray(0, count))
  to.lastNs.set(from.lastNs.subarray(0, count))
  to.entryPosition.set(from.entryPosition.subarray(0, count))
  to.entryBytes.set(from.entryBytes.subarray(0, count))
  to.metric.set(from.metric.subarray(0, count))
  to.points.set(from.points.subarray(0, count))
  to.blockBytes.set(from.blockBytes.subarray(0, count))
  to.parameters.set(from.parameters.subarray(0, count))
  to.rowsOnly.set(from.rowsOnly.subarray(0, count))
}

/** The columns, as views of `bytes`, which must lie on a border of eight; undefined if they are of another length. */
export function decodeIndex(bytes: Uint8Array): RunColumns | undefined {
  if (bytes.length < 8) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true)
  return bytes.length === 8 + length * RUN_BYTES ? columnsOver(length, bytes.subarray(8)) : undefined
}
