import { DataError } from "@metricq/protocol"
import type { PointBlock } from "../point-block.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { checkCount, checkMachine, MAX_COUNT, malformed, POINTS_1 } from "./format.js"
import { readRising, writeRising } from "./rising-column.js"
import { readValues, writeValues } from "./value-column.js"

const writer = new ByteWriter()

/**
 * Encode points without loss, but that any NaN becomes the one NaN. The returned bytes are fresh.
 *
 * @throws {DataError} `block-columns` for no or more than 65,536 points, columns of unequal length, offsets that do not rise or are no whole
 * numbers from 0 below 2^53; `block-machine` on a big-endian machine
 */
export function encodePointBlock(block: PointBlock): Uint8Array {
  const { baseNs, offsets, values } = block
  checkMachine()
  checkCount(offsets.length, [values])
  checkPoints(baseNs, offsets[0]!)
  writer.reset()
  writer.byte(POINTS_1)
  writer.varint(offsets.length - 1)
  writer.int64(baseNs)
  writeRising(writer, offsets)
  writeValues(writer, values)
  return writer.finish()
}

function checkPoints(baseNs: bigint, first: number): void {
  if (first < 0) throw new DataError("block-columns", `the first time of a block is ${first} ns from its base`)
  if (BigInt.asIntN(64, baseNs) !== baseNs) throw new DataError("block-columns", `${baseNs} ns is no int64`)
}

/**
 * Decode what {@link encodePointBlock} made. The columns are fresh.
 *
 * @throws {DataError} `block-truncated`, `block-malformed`, `block-version` for a kind or version that this program does not know,
 * `block-machine` on a big-endian machine
 */
export function decodePointBlock(bytes: Uint8Array): PointBlock {
  checkMachine()
  const from = new ByteReader(bytes)
  const kind = from.byte()
  if (kind !== POINTS_1) throw new DataError("block-version", `a block of kind ${kind} is none of points`)
  const count = from.varint() + 1
  if (count > MAX_COUNT) throw malformed(`${count} points`)
  const baseNs = from.int64()
  const offsets = readRising(from, count)
  if (offsets[0]! < 0) throw malformed("times before the base")
  const values = readValues(from, count)
  from.end()
  return { baseNs, offsets, values }
}
