import { ColumnBuffer } from "./column-buffer.js"
import type { Columns } from "./columns.js"
import { MESSAGE, TIME_DELTA, TIME_DELTA_TAG, VALUE, VALUE_TAG } from "./data-chunk.js"
import { DataError } from "./errors.js"
import { varintSize } from "./varint.js"
import { BYTES, FIXED64, malformed, newField, readField, VARINT } from "./wire.js"
import { readDeltas, readFixed64 } from "./words.js"

/** Up to so many points, small arrays that the engine keeps within its own heap are several times faster to make. */
const FEW = 8

/** Never holds anything beyond a call. */
const scratch = new ColumnBuffer(FEW)

/**
 * Decode a `DataChunk` message into fresh columns, which may share one `ArrayBuffer`; `body` is not kept.
 *
 * Packed and unpacked fields, also mixed, in any order; unknown fields are skipped; the empty message has no points. Times need not
 * increase; their sum wraps as int64.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed` with the byte where it happened; `chunk-length` if there are not as many times
 *   as values
 */
export function decodeDataChunk(body: Uint8Array): Columns {
  const timesEnd = plainTimesEnd(body)
  const count = countValues(body, timesEnd)
  if (count <= FEW) return decodeFew(body, timesEnd, count)
  const memory = new ArrayBuffer(16 * count)
  const words = new Int32Array(memory)
  fill(body, timesEnd, count, words, words, count)
  return { times: new BigInt64Array(memory, 0, count), values: new Float64Array(memory, 8 * count, count) }
}

function decodeFew(body: Uint8Array, timesEnd: number, count: number): Columns {
  fill(body, timesEnd, count, scratch.timeWords, scratch.valueWords, 0)
  const times = new BigInt64Array(count)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    times[i] = scratch.times[i]!
    values[i] = scratch.values[i]!
  }
  return { times, values }
}

/**
 * Decode a `DataChunk` message into a buffer, replacing what it held; allocates only if the buffer must grow. `body` is not kept.
 *
 * As {@link decodeDataChunk}; after an error the buffer is empty.
 */
export function decodeDataChunkInto(body: Uint8Array, into: ColumnBuffer): void {
  into.clear()
  const timesEnd = plainTimesEnd(body)
  const count = countValues(body, timesEnd)
  into.reset(count)
  fill(body, timesEnd, count, into.timeWords, into.valueWords, 0)
  into.length = count
}

/**
 * Nearly every chunk is two packed fields, times first, and nothing else. If this one is, where its times end; otherwise -1, also if it is
 * broken: then the general way finds out how.
 */
function plainTimesEnd(body: Uint8Array): number {
  if (body.length < 4 || body[0] !== TIME_DELTA_TAG) return -1
  const timesLength = shortLength(body, 1)
  const timesEnd = 1 + varintSize(timesLength, 0) + timesLength
  if (timesLength < 0 || timesEnd + 1 >= body.length || body[timesEnd] !== VALUE_TAG) return -1
  const valuesLength = shortLength(body, timesEnd + 1)
  const valuesEnd = timesEnd + 1 + varintSize(valuesLength, 0) + valuesLength
  return valuesEnd === body.length && valuesLength % 8 === 0 ? timesEnd : -1
}

/** A length as its writer would write it in at most three bytes, or -1. */
function shortLength(body: Uint8Array, at: number): number {
  const first = body[at]!
  if (first < 0x80) return first
  if (at + 2 >= body.length) return -1
  const second = body[at + 1]!
  if (second < 0x80) return second === 0 ? -1 : first - 0x80 + (second << 7)
  const third = body[at + 2]!
  return third === 0 || third >= 0x80 ? -1 : first - 0x80 + ((second - 0x80) << 7) + (third << 14)
}

/** How many values there are; checks on the way where each field ends, if `timesEnd` says that this is no plain chunk. */
function countValues(body: Uint8Array, timesEnd: number): number {
  if (timesEnd >= 0) return shortLength(body, timesEnd + 1) / 8
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

/** Decode into columns of `count` elements; those of the values begin at element `valuesAt` of theirs. */
function fill(
  body: Uint8Array,
  timesEnd: number,
  count: number,
  timeWords: Int32Array,
  valueWords: Int32Array,
  valuesAt: number,
): void {
  if (timesEnd < 0) {
    fillGeneral(body, count, timeWords, valueWords, valuesAt)
    return
  }
  const timesStart = 1 + varintSize(shortLength(body, 1), 0)
  const times = readDeltas(body, timesStart, timesEnd, timeWords, 0, count, MESSAGE)
  if (times !== count) throw tooFewTimes(times, count)
  readFixed64(body, body.length - 8 * count, body.length, valueWords, valuesAt)
}

function fillGeneral(
  body: Uint8Array,
  count: number,
  timeWords: Int32Array,
  valueWords: Int32Array,
  valuesAt: number,
): void {
  const field = newField()
  let times = 0
  let values = valuesAt
  for (let at = 0; at < body.length; at = field.next) {
    const { number, wireType, start, end } = readField(body, at, body.length, MESSAGE, field)
    if (number === TIME_DELTA && (wireType === BYTES || wireType === VARINT)) {
      times = readDeltas(body, start, end, timeWords, times, count, MESSAGE)
    } else if (number === VALUE && (wireType === BYTES || wireType === FIXED64)) {
      readFixed64(body, start, end, valueWords, values)
      values += (end - start) / 8
    }
  }
  if (times !== count) throw tooFewTimes(times, count)
}

function tooFewTimes(times: number, values: number): DataError {
  return new DataError(
    "chunk-length",
    `${MESSAGE}: field 1 (time_delta) has ${times} elements, field 2 (value) has ${values}`,
  )
}
