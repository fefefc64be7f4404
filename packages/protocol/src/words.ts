import { DataError } from "./errors.js"
import { highWord, lowWord } from "./int64.js"
import { readVarint, varintSize, writeVarint } from "./varint.js"
import { malformed, truncated } from "./wire.js"

/**
 * Columns of 64-bit numbers as pairs of 32-bit words, in an `Int32Array` that views a `BigInt64Array` or `Float64Array`. Elements are
 * counted in 64-bit numbers.
 */

/** From so many elements on, copying a block is faster than element by element; making the views for it takes as long as thirty. */
const BLOCK = 40

/** Bytes that {@link writeDeltas} will write. */
export function deltasSize(words: Int32Array, count: number): number {
  let size = 0
  let previousLow = 0
  let previousHigh = 0
  for (let at = 0; at < 2 * count; at += 2) {
    const low = words[at + lowWord]!
    const high = words[at + highWord]!
    const borrow = low >>> 0 < previousLow >>> 0 ? 1 : 0
    size += varintSize((low - previousLow) | 0, (high - previousHigh - borrow) | 0)
    previousLow = low
    previousHigh = high
  }
  return size
}

/** Write the first number and then the step from each to the next as varints; returns the position after the last. */
export function writeDeltas(out: Uint8Array, start: number, words: Int32Array, count: number): number {
  let position = start
  let previousLow = 0
  let previousHigh = 0
  for (let at = 0; at < 2 * count; at += 2) {
    const low = words[at + lowWord]!
    const high = words[at + highWord]!
    const borrow = low >>> 0 < previousLow >>> 0 ? 1 : 0
    position = writeVarint(out, position, (low - previousLow) | 0, (high - previousHigh - borrow) | 0)
    previousLow = low
    previousHigh = high
  }
  return position
}

/**
 * Read varints from `start` to `end` as steps: each is added to the element before it, and the sums, which wrap as int64, are stored from
 * `index` on. Returns the index after the last. The loop is written out byte by byte because that halves its time.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed`; `chunk-length` if there is one for `limit`
 */
export function readDeltas(
  body: Uint8Array,
  start: number,
  end: number,
  words: Int32Array,
  index: number,
  limit: number,
  message: string,
): number {
  // Ten bytes from here on there is still body, so that a varint can be read without looking for its end at each byte.
  const unchecked = Math.min(end, body.length - 10)
  let low = index === 0 ? 0 : words[2 * index - 2 + lowWord]!
  let high = index === 0 ? 0 : words[2 * index - 2 + highWord]!
  let at = 2 * index
  let position = start
  while (position < unchecked && at < 2 * limit) {
    let byte = body[position++]!
    let stepLow = byte & 0x7f
    let stepHigh = 0
    if (byte >= 0x80) {
      byte = body[position++]!
      stepLow |= (byte & 0x7f) << 7
      if (byte >= 0x80) {
        byte = body[position++]!
        stepLow |= (byte & 0x7f) << 14
        if (byte >= 0x80) {
          byte = body[position++]!
          stepLow |= (byte & 0x7f) << 21
          if (byte >= 0x80) {
            byte = body[position++]!
            stepLow |= byte << 28
            stepHigh = (byte & 0x7f) >>> 4
            for (let shift = 3; byte >= 0x80; shift += 7) {
              if (shift === 38) throw malformed(message, position - 10, "a varint of more than ten bytes")
              byte = body[position++]!
              stepHigh |= (byte & 0x7f) << shift
            }
          }
        }
      }
    }
    const sum = (low + stepLow) | 0
    high = (high + stepHigh + (sum >>> 0 < stepLow >>> 0 ? 1 : 0)) | 0
    low = sum
    words[at + lowWord] = low
    words[at + highWord] = high
    at += 2
  }
  return readLastDeltas(body, position, end, words, at / 2, limit, message)
}

/** The same with an eye on the end. */
function readLastDeltas(
  body: Uint8Array,
  start: number,
  end: number,
  words: Int32Array,
  index: number,
  limit: number,
  message: string,
): number {
  if (start > end) throw truncated(message, end, "a varint")
  let position = start
  let at = index
  while (position < end) {
    if (at === limit) {
      throw new DataError("chunk-length", `${message}: byte ${position}: there are more times than the ${limit} values`)
    }
    position = readVarint(body, position, end, words, at, message)
    addPrevious(words, at)
    at += 1
  }
  return at
}

/** Add the element before `index` to that at `index`; the sum wraps as int64. The first stays as it is. */
function addPrevious(words: Int32Array, index: number): void {
  if (index === 0) return
  const at = 2 * index
  const low = words[at + lowWord]!
  const sum = (words[at - 2 + lowWord]! + low) | 0
  const carry = sum >>> 0 < low >>> 0 ? 1 : 0
  words[at + lowWord] = sum
  words[at + highWord] = (words[at + highWord]! + words[at - 2 + highWord]! + carry) | 0
}

/** Write numbers as eight bytes each, least significant first; returns the position after the last. */
export function writeFixed64(out: Uint8Array, start: number, words: Int32Array, count: number): number {
  const end = start + 8 * count
  if (count >= BLOCK && lowWord === 0) {
    out.set(new Uint8Array(words.buffer, words.byteOffset, 8 * count), start)
    return end
  }
  for (let at = 0, position = start; position < end; at += 2, position += 8) {
    writeWord(out, position, words[at + lowWord]!)
    writeWord(out, position + 4, words[at + highWord]!)
  }
  return end
}

function writeWord(out: Uint8Array, at: number, word: number): void {
  out[at] = word
  out[at + 1] = word >>> 8
  out[at + 2] = word >>> 16
  out[at + 3] = word >>> 24
}

/** Read numbers of eight bytes each, least significant first, from `start` to `end` into elements from `index` on. */
export function readFixed64(body: Uint8Array, start: number, end: number, words: Int32Array, index: number): void {
  if (end - start >= 8 * BLOCK && lowWord === 0) {
    const target = new Uint8Array(words.buffer, words.byteOffset + 8 * index, end - start)
    target.set(new Uint8Array(body.buffer, body.byteOffset + start, end - start))
    return
  }
  for (let position = start, at = 2 * index; position < end; position += 8, at += 2) {
    words[at + lowWord] = readWord(body, position)
    words[at + highWord] = readWord(body, position + 4)
  }
}

function readWord(body: Uint8Array, at: number): number {
  return body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16) | (body[at + 3]! << 24)
}
