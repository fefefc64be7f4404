import { DataError } from "@metricq/protocol"
import type { Aggregate } from "../aggregate.js"
import { ByteReader } from "../codec/byte-reader.js"
import { ByteWriter } from "../codec/byte-writer.js"
import type { LevelParameters } from "../level-parameters.js"

/** First byte of what is known of a run: the version of its format. */
const RUN_1 = 0x31

const NO_POINTS = 1

/** Blocks of points of a run, one behind the other from its begin on. */
export interface PointDirectory {
  /** Length of each block in the segment, header included. */
  readonly lengths: readonly number[]
  readonly counts: readonly number[]
  readonly firstNs: readonly bigint[]
  readonly lastNs: readonly bigint[]
}

/** Blocks of rows of one level of a run, one behind the other, after those of points and of finer levels. */
export interface RowDirectory {
  readonly level: number
  readonly lengths: readonly number[]
  readonly counts: readonly number[]
  readonly firstRow: readonly number[]
  readonly lastRow: readonly number[]
}

/** What a segment says of a run; compare `Run`. It holds wherever the run is copied to. */
export interface RunEntry {
  readonly firstNs: bigint
  readonly lastNs: bigint
  readonly firstValue: number
  readonly lastValue: number
  readonly points: number
  readonly hasPoints: boolean
  readonly total: Readonly<Aggregate>
  /** Those with which its rows and its total were made. */
  readonly parameters: LevelParameters
  readonly pointBlocks: PointDirectory
  readonly rowBlocks: readonly RowDirectory[]
}

const writer = new ByteWriter()

/** The returned bytes are fresh. */
export function encodeRunEntry(entry: RunEntry): Uint8Array {
  const { total, parameters, pointBlocks } = entry
  writer.reset()
  writer.byte(RUN_1)
  writer.byte(entry.hasPoints ? 0 : NO_POINTS)
  writer.int64(entry.firstNs)
  writer.int64(entry.lastNs)
  writer.float64(entry.firstValue)
  writer.float64(entry.lastValue)
  writer.varint(entry.points)
  for (const name of TOTAL) writer.float64(total[name])
  writer.int64(parameters.intervalMinNs)
  writer.int64(parameters.intervalMaxNs)
  writer.varint(parameters.intervalFactor)
  writer.int64(parameters.maxGapNs ?? 0n)
  writer.varint(pointBlocks.lengths.length)
  for (const [i, length] of pointBlocks.lengths.entries()) {
    writer.varint(length)
    writer.varint(pointBlocks.counts[i]!)
    writer.int64(pointBlocks.firstNs[i]!)
    writer.int64(pointBlocks.lastNs[i]!)
  }
  writer.varint(entry.rowBlocks.length)
  for (const directory of entry.rowBlocks) writeRowDirectory(directory)
  return writer.finish()
}

const TOTAL = ["minimum", "maximum", "sum", "count", "integral", "activeNs"] as const

function writeRowDirectory({ level, lengths, counts, firstRow, lastRow }: RowDirectory): void {
  writer.byte(level)
  writer.varint(lengths.length)
  for (const [i, length] of lengths.entries()) {
    writer.varint(length)
    writer.varint(counts[i]!)
    writer.signed(firstRow[i]!)
    writer.signed(lastRow[i]!)
  }
}

/** @throws {DataError} `block-version`, `block-truncated`, `block-malformed` */
export function decodeRunEntry(bytes: Uint8Array): RunEntry {
  const from = new ByteReader(bytes)
  const version = from.byte()
  if (version !== RUN_1) throw new DataError("block-version", `a block of kind ${version} is none about a run`)
  const flags = from.byte()
  return {
    hasPoints: (flags & NO_POINTS) === 0,
    firstNs: from.int64(),
    lastNs: from.int64(),
    firstValue: from.float64(),
    lastValue: from.float64(),
    points: from.varint(),
    total: readTotal(from),
    parameters: readParameters(from),
    pointBlocks: readPointDirectory(from),
    rowBlocks: Array.from({ length: readCount(from) }, () => readRowDirectory(from)),
  }
}

function readTotal(from: ByteReader): Aggregate {
  return {
    minimum: from.float64(),
    maximum: from.float64(),
    sum: from.float64(),
    count: from.float64(),
    integral: from.float64(),
    activeNs: from.float64(),
  }
}

function readParameters(from: ByteReader): LevelParameters {
  const intervalMinNs = from.int64()
  const intervalMaxNs = from.int64()
  const intervalFactor = from.varint()
  const maxGapNs = from.int64()
  return { intervalMinNs, intervalMaxNs, intervalFactor, maxGapNs: maxGapNs === 0n ? undefined : maxGapNs }
}

function readPointDirectory(from: ByteReader): PointDirectory {
  const directory = {
    lengths: [] as number[],
    counts: [] as number[],
    firstNs: [] as bigint[],
    lastNs: [] as bigint[],
  }
  for (let left = readCount(from); left > 0; left--) {
    directory.lengths.push(from.varint())
    directory.counts.push(from.varint())
    directory.firstNs.push(from.int64())
    directory.lastNs.push(from.int64())
  }
  return directory
}

function readRowDirectory(from: ByteReader): RowDirectory {
  const directory = {
    level: from.byte(),
    lengths: [] as number[],
    counts: [] as number[],
    firstRow: [] as number[],
    lastRow: [] as number[],
  }
  for (let left = readCount(from); left > 0; left--) {
    directory.lengths.push(from.varint())
    directory.counts.push(from.varint())
    directory.firstRow.push(from.signed())
    directory.lastRow.push(from.signed())
  }
  return directory
}

/** A number of things that take at least a byte each. */
function readCount(from: ByteReader): number {
  const count = from.varint()
  if (count > from.bytes.length) throw new DataError("block-malformed", `a run of ${count} blocks`)
  return count
}
