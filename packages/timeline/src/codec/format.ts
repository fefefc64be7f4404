import { DataError } from "@metricq/protocol"

/** First byte of a block: what it holds, and the version of its format. Compare docs/format/block.md. */
export const POINTS_1 = 0x11
export const ROWS_1 = 0x21

/** No block has more points or rows, so that wrong bytes cannot ask for more memory than a right block needs. */
export const MAX_COUNT = 65_536

/** Bytes that cannot be a block, or a part of one. */
export function malformed(what: string): DataError {
  return new DataError("block-malformed", `block: ${what}`)
}

/**
 * Check the number of points or rows to be encoded.
 *
 * @throws {DataError} `block-columns`
 */
export function checkCount(count: number, columns: readonly Float64Array[]): void {
  if (count < 1 || count > MAX_COUNT) {
    throw new DataError("block-columns", `a block has 1 to ${MAX_COUNT} points or rows, not ${count}`)
  }
  for (const column of columns) {
    if (column.length === count) continue
    throw new DataError("block-columns", `columns of a block have ${count} and ${column.length} elements`)
  }
}

/** The format is little-endian, and columns are copied to and from typed arrays as they are. */
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** @throws {DataError} `block-machine` on a big-endian machine */
export function checkMachine(): void {
  if (!littleEndian) throw new DataError("block-machine", "blocks are neither read nor written on big-endian machines")
}
