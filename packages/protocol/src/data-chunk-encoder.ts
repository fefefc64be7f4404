import { ColumnBuffer } from "./column-buffer.js"
import { TIME_DELTA_TAG, VALUE_TAG } from "./data-chunk.js"
import { DataError } from "./errors.js"
import { varintSize, writeVarint } from "./varint.js"
import { deltasSize, writeDeltas, writeFixed64 } from "./words.js"

/** Up to so many points, copying them to where word views exist is faster than making views. */
const FEW = 16

/** Never holds anything beyond a call. */
const scratch = new ColumnBuffer(FEW)

const fresh = (bytes: number) => new Uint8Array(bytes)

/**
 * Encode points of one metric as a `DataChunk` message (proto3, packed).
 *
 * Times are nanoseconds since 1970-01-01 UTC; the first is stored whole, the others as the step from their neighbour. Of both columns the
 * first `count` elements are taken; without `count` they must be of equal length. No points give an empty message. The returned bytes are
 * fresh, or what `allocate` gave (on Node `Buffer.allocUnsafe` is faster, and AMQP wants a `Buffer`); the inputs are not kept.
 *
 * @throws {DataError} `chunk-length` if the lengths differ or `count` is more than there is
 */
export function encodeDataChunk(times: BigInt64Array, values: Float64Array, count?: number): Uint8Array
export function encodeDataChunk<Bytes extends Uint8Array>(
  times: BigInt64Array,
  values: Float64Array,
  count: number | undefined,
  allocate: (bytes: number) => Bytes,
): Bytes
export function encodeDataChunk(
  times: BigInt64Array,
  values: Float64Array,
  count?: number,
  allocate: (bytes: number) => Uint8Array = fresh,
): Uint8Array {
  const points = count ?? times.length
  if (count === undefined ? times.length !== values.length : !isCount(count, times, values)) {
    throw wrongLength(times, values, points)
  }
  if (points > FEW) {
    const timeWords = new Int32Array(times.buffer, times.byteOffset, 2 * points)
    const valueWords = new Int32Array(values.buffer, values.byteOffset, 2 * points)
    return encodeWords(timeWords, valueWords, points, allocate)
  }
  for (let i = 0; i < points; i++) {
    scratch.times[i] = times[i]!
    scratch.values[i] = values[i]!
  }
  return encodeWords(scratch.timeWords, scratch.valueWords, points, allocate)
}

function encodeWords<Bytes extends Uint8Array>(
  timeWords: Int32Array,
  valueWords: Int32Array,
  points: number,
  allocate: (bytes: number) => Bytes,
): Bytes {
  if (points === 0) return allocate(0)
  const timeBytes = deltasSize(timeWords, points)
  const valueBytes = 8 * points
  const out = allocate(2 + varintSize(timeBytes, 0) + timeBytes + varintSize(valueBytes, 0) + valueBytes)
  out[0] = TIME_DELTA_TAG
  let at = writeVarint(out, 1, timeBytes, 0)
  at = writeDeltas(out, at, timeWords, points)
  out[at] = VALUE_TAG
  at = writeVarint(out, at + 1, valueBytes, 0)
  writeFixed64(out, at, valueWords, points)
  return out
}

function isCount(count: number, times: BigInt64Array, values: Float64Array): boolean {
  return Number.isInteger(count) && count >= 0 && count <= times.length && count <= values.length
}

function wrongLength(times: BigInt64Array, values: Float64Array, points: number): DataError {
  const message = `${times.length} times and ${values.length} values are no chunk of ${points} points`
  return new DataError("chunk-length", message)
}
