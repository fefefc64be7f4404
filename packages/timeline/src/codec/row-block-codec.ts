import { DataError } from "@metricq/protocol"
import type { RowBlock } from "../row-block.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { checkCount, checkMachine, MAX_COUNT, malformed, ROWS_1 } from "./format.js"
import { readRising, writeRising } from "./rising-column.js"
import { readValues, writeValues } from "./value-column.js"

const writer = new ByteWriter()

/**
 * Encode rows without loss, but that any NaN becomes the one NaN. The returned bytes are fresh.
 *
 * @throws {DataError} `block-columns` for no or more than 65,536 rows, columns of unequal length, row numbers that do not rise or are not
 * whole between -2^53 and 2^53; `block-machine` on a big-endian machine
 */
export function encodeRowBlock(block: RowBlock): Uint8Array {
  const { rows, minimum, maximum, sum, count, integral, activeNs } = block
  const columns = [minimum, maximum, sum, count, integral, activeNs]
  checkMachine()
  checkCount(rows.length, columns)
  writer.reset()
  writer.byte(ROWS_1)
  writer.varint(rows.length - 1)
  writeRising(writer, rows)
  for (const column of columns) writeValues(writer, column)
  return writer.finish()
}

/**
 * Decode what {@link encodeRowBlock} made. The columns are fresh.
 *
 * @throws {DataError} `block-truncated`, `block-malformed`, `block-version` for a kind or version that this program does not know,
 * `block-machine` on a big-endian machine
 */
export function decodeRowBlock(bytes: Uint8Array): RowBlock {
  checkMachine()
  const from = new ByteReader(bytes)
  const kind = from.byte()
  if (kind !== ROWS_1) throw new DataError("block-version", `a block of kind ${kind} is none of rows`)
  const length = from.varint() + 1
  if (length > MAX_COUNT) throw malformed(`${length} rows`)
  const rows = readRising(from, length)
  const minimum = readValues(from, length)
  const maximum = readValues(from, length)
  const sum = readValues(from, length)
  const count = readValues(from, length)
  const integral = readValues(from, length)
  const activeNs = readValues(from, length)
  from.end()
  return { rows, minimum, maximum, sum, count, integral, activeNs }
}
