import { ColumnBuffer } from "./column-buffer.js"
import type { Columns } from "./columns.js"
import { DataError } from "./errors.js"
import { BYTES, FIXED64, malformed, newField, readField, VARINT } from "./wire.js"
import {
  addPrevious,
  deltasSize,
  readFixed64,
  readVarint,
  varintSize,
  writeDeltas,
  writeFixed64,
  writeVarint,
} from "./words.js"

const MESSAGE = "data chunk"
const TIME_DELTA = 1
const VALUE = 2
const TIME_DELTA_TAG = (TIME_DELTA << 3) | BYTES
const VALUE_TAG = (VALUE << 3) | BYTES

/**
 * Encode points of one metric as a `DataChunk` message (proto3, packed).
 *
 * Times are nanoseconds since 1970-01-01 UTC; the first is stored whole, the others as the step from their neighbour. Of both columns the
 * first `count` elements are taken; without `count` they must be of equal length. No points give an empty message. The returned bytes are
 * fresh; the inputs are not kept.
 *
 * @throws {DataError} `chunk-length` if the lengths differ or `count` is more than there is
 */
export function encodeDataChunk(times: BigInt64Array, values: Float64Array, count?: number): Uint8Array {
  const points = count ?? times.length
  checkLengths(times, values, points, count === undefined)
  if (points === 0) return new Uint8Array(0)
  const timeWords = new Int32Array(times.buffer, times.byteOffset, 2 * points)
  const valueWords = new Int32Array(values.buffer, values.byteOffset, 2 * points)
  const timeBytes = deltasSize(timeWords, points)
  const valueBytes = 8 * points
  const out = new Uint8Array(2 + varintSize(timeBytes, 0) + timeBytes + varintSize(valueBytes, 0) + valueBytes)
  out[0] = TIME_DELTA_TAG
  let at = writeVarint(out, 1, timeBytes, 0)
  at = writeDeltas(out, at, timeWords, points)
  out[at] = VALUE_TAG
  at = writeVarint(out, at + 1, valueBytes, 0)
  writeFixed64(out, at, valueWords, points)
  return out
}

function checkLengths(times: BigInt64Array, values: Float64Array, points: number, mustMatch: boolean): void {
  const wrong = mustMatch
    ? times.length !== values.length
    : !(points >= 0 && points <= Math.min(times.length, values.length))
  if (wrong || !Number.isInteger(points)) {
    throw new DataError(
      "chunk-length",
      `${points} points of ${times.length} times and ${values.length} values are no chunk`,
    )
  }
}

/**
 * Decode a `DataChunk` message into fresh columns; `body` is not kept.
 *
 * Packed and unpacked fields, also mixed, in any order; unknown fields are skipped; the empty message has no points. Times need not
 * increase; their sum wraps as int64.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed` with the byte where it happened; `chunk-length` if there are not as many times
 *   as values
 */
export function decodeDataChunk(body: Uint8Array): Columns {
  const buffer = new ColumnBuffer(0)
  decodeDataChunkInto(body, buffer)
  return { times: buffer.times, values: buffer.values }
}

/**
 * Decode a `DataChunk` message into a buffer, replacing what it held; allocates only if the buffer must grow. `body` is not kept.
 *
 * As {@link decodeDataChunk}; after an error the buffer is empty.
 */
export function decodeDataChunkInto(body: Uint8Array, into: ColumnBuffer): void {
  into.clear()
  const count = countValues(body)
  into.reset(count)
  fill(body, count, into)
  into.length = count
}

function countValues(body: Uint8Array): number {
  const field = newField()
  let count = 0
  for (let at = 0; at < body.length; at = field.next) {
    readField(body, at, body.length, MESSAGE, field)
    if (field.number !== VALUE) continue
    if (field.wireType === FIXED64) count += 1
    else if (field.wireType === BYTES) {
      const bytes = field.end - field.start
      if (bytes % 8 !== 0) throw malformed(MESSAGE, at, `field 2 (value) has ${bytes} bytes, not eight for each value`)
      count += bytes / 8
    }
  }
  return count
}

function fill(body: Uint8Array, count: number, { timeWords, valueWords }: ColumnBuffer): void {
  const field = newField()
  let times = 0
  let values = 0
  for (let at = 0; at < body.length; at = field.next) {
    readField(body, at, body.length, MESSAGE, field)
    if (field.number === TIME_DELTA && (field.wireType === BYTES || field.wireType === VARINT)) {
      for (let position = field.start; position < field.end; times++) {
        if (times === count) throw wrongLength(`more than ${count}`, count)
        position = readVarint(body, position, field.end, timeWords, times, MESSAGE)
        addPrevious(timeWords, times)
      }
    } else if (field.number === VALUE && (field.wireType === BYTES || field.wireType === FIXED64)) {
      for (let position = field.start; position < field.end; position += 8)
        readFixed64(body, position, valueWords, values++)
    }
  }
  if (times !== count) throw wrongLength(String(times), count)
}

function wrongLength(times: string, values: number): DataError {
  return new DataError(
    "chunk-length",
    `${MESSAGE}: field 1 (time_delta) has ${times} elements, field 2 (value) has ${values}`,
  )
}
