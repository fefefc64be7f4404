import { ColumnBuffer } from "./column-buffer.js"
import { TIME_DELTA_TAG, VALUE_TAG } from "./data-chunk.js"
import { DataError } from "./errors.js"
import { varintSize, writeVarint } from "./varint.js"
import { deltasSize, writeDeltas, writeFixed64 } from "./words.js"

/** Up to so many points, copying them to where word views exist is faster than making views. */
const FEW = 16

/** Space for the deltas of so many points is kept, for more it is made. */
const MANY = 1600

/** Neither holds anything beyond a call. */
const scratch = new ColumnBuffer(FEW)
const scratchBytes = new Uint8Array(10 * MANY)

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
  return points > FEW ? encodeMany(times, values, points, allocate) : encodeFew(times, values, points, allocate)
}

function encodeFew<Bytes extends Uint8Array>(
  times: BigInt64Array,
  values: Float64Array,
  points: number,
  allocate: (bytes: number) => Bytes,
): Bytes {
  if (points === 0) return allocate(0)
  for (let i = 0; i < points; i++) {
    scratch.times[i] = times[i]!
    scratch.values[i] = values[i]!
  }
  const timeBytes = deltasSize(scratch.timeWords, points)
  const out = allocate(chunkSize(timeBytes, points))
  const at = writeDeltas(out, writeHead(out, 0, TIME_DELTA_TAG, timeBytes), scratch.timeWords, points)
  writeFixed64(out, writeHead(out, at, VALUE_TAG, 8 * points), scratch.valueWords, points)
  return out
}

/** To write the deltas first and copy them then is faster than to compute their size first. */
function encodeMany<Bytes extends Uint8Array>(
  times: BigInt64Array,
  values: Float64Array,
  points: number,
  allocate: (bytes: number) => Bytes,
): Bytes {
  const deltas = points <= MANY ? scratchBytes : new Uint8Array(10 * points)
  const timeBytes = writeDeltas(deltas, 0, new Int32Array(times.buffer, times.byteOffset, 2 * points), points)
  const out = allocate(chunkSize(timeBytes, points))
  const at = writeHead(out, 0, TIME_DELTA_TAG, timeBytes)
  out.set(deltas.subarray(0, timeBytes), at)
  const valuesAt = writeHead(out, at + timeBytes, VALUE_TAG, 8 * points)
  writeFixed64(out, valuesAt, new Int32Array(values.buffer, values.byteOffset, 2 * points), points)
  return out
}

function chunkSize(timeBytes: number, points: number): number {
  return 2 + varintSize(timeBytes, 0) + timeBytes + varintSize(8 * points, 0) + 8 * points
}

function writeHead(out: Uint8Array, at: number, tag: number, length: number): number {
  out[at] = tag
  return writeVarint(out, at + 1, length, 0)
}

function isCount(count: number, times: BigInt64Array, values: Float64Array): boolean {
  return Number.isInteger(count) && count >= 0 && count <= times.length && count <= values.length
}

function wrongLength(times: BigInt64Array, values: Float64Array, points: number): DataError {
  const message = `${times.length} times and ${values.length} values are no chunk of ${points} points`
  return new DataError("chunk-length", message)
}
