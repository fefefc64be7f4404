import { highWord, lowWord } from "./int64.js"
import { malformed, truncated } from "./wire.js"

/**
 * 64-bit numbers as pairs of 32-bit words in an `Int32Array` that views a `BigInt64Array` or `Float64Array`. Elements are counted in
 * 64-bit numbers. BigInt arithmetic in the same places costs ten times as much (bench/src/codec.ts).
 */

/** How many bytes the varint of a 64-bit number takes, 1 to 10. */
export function varintSize(low: number, high: number): number {
  if (high === 0) {
    if (low >>> 0 < 0x80) return 1
    if (low >>> 0 < 0x4000) return 2
    if (low >>> 0 < 0x200000) return 3
    return low >>> 0 < 0x10000000 ? 4 : 5
  }
  if (high < 0) return 10
  if (high < 0x8) return 5
  if (high < 0x400) return 6
  if (high < 0x20000) return 7
  return high < 0x1000000 ? 8 : 9
}

/** Write the varint of a 64-bit number at `at`; returns the position after it. */
export function writeVarint(out: Uint8Array, at: number, low: number, high: number): number {
  let position = at
  let lowRest = low
  let highRest = high
  while (highRest !== 0) {
    out[position++] = (lowRest & 0x7f) | 0x80
    lowRest = (lowRest >>> 7) | (highRest << 25)
    highRest >>>= 7
  }
  while (lowRest >>> 0 > 0x7f) {
    out[position++] = (lowRest & 0x7f) | 0x80
    lowRest >>>= 7
  }
  out[position++] = lowRest
  return position
}

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

/** Write numbers as eight bytes each, least significant first; returns the position after the last. */
export function writeFixed64(out: Uint8Array, start: number, words: Int32Array, count: number): number {
  let position = start
  for (let at = 0; at < 2 * count; at += 2) {
    writeWord(out, position, words[at + lowWord]!)
    writeWord(out, position + 4, words[at + highWord]!)
    position += 8
  }
  return position
}

function writeWord(out: Uint8Array, at: number, word: number): void {
  out[at] = word
  out[at + 1] = word >>> 8
  out[at + 2] = word >>> 16
  out[at + 3] = word >>> 24
}

/** Read eight bytes, least significant first, into element `index`. */
export function readFixed64(body: Uint8Array, at: number, words: Int32Array, index: number): void {
  words[2 * index + lowWord] = readWord(body, at)
  words[2 * index + highWord] = readWord(body, at + 4)
}

function readWord(body: Uint8Array, at: number): number {
  return body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16) | (body[at + 3]! << 24)
}

/**
 * Read a varint that must end by `end` into element `index`. Returns the position after it.
 *
 * Bits beyond the 64th are dropped, as protobuf does.
 */
export function readVarint(
  body: Uint8Array,
  at: number,
  end: number,
  words: Int32Array,
  index: number,
  message: string,
): number {
  let low = 0
  let high = 0
  let position = at
  let byte = 0x80
  for (let shift = 0; byte >= 0x80; shift += 7) {
    if (shift === 70) throw malformed(message, at, "a varint of more than ten bytes")
    if (position === end) throw truncated(message, at, "a varint")
    byte = body[position++]!
    const bits = byte & 0x7f
    if (shift < 28) low |= bits << shift
    else if (shift > 28) high |= bits << (shift - 32)
    else {
      low |= bits << 28
      high = bits >>> 4
    }
  }
  words[2 * index + lowWord] = low
  words[2 * index + highWord] = high
  return position
}

/** Add the element before `index` to that at `index`; the sum wraps as int64. The first stays as it is. */
export function addPrevious(words: Int32Array, index: number): void {
  if (index === 0) return
  const at = 2 * index
  const low = words[at + lowWord]!
  const sum = (words[at - 2 + lowWord]! + low) | 0
  const carry = sum >>> 0 < low >>> 0 ? 1 : 0
  words[at + lowWord] = sum
  words[at + highWord] = (words[at + highWord]! + words[at - 2 + highWord]! + carry) | 0
}

/** How many varints there are from `start` to `end`; the last must be whole. */
export function countVarints(body: Uint8Array, start: number, end: number, message: string): number {
  if (start < end && body[end - 1]! >= 0x80) throw truncated(message, end - 1, "a varint")
  let count = 0
  for (let position = start; position < end; position++) count += body[position]! < 0x80 ? 1 : 0
  return count
}
