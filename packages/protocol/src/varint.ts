import { highWord, lowWord } from "./int64.js"
import { malformed, truncated } from "./wire.js"

/**
 * Varints of 64-bit numbers as pairs of 32-bit words: BigInt arithmetic in the same places costs several times as much
 * (bench/src/codec.ts). Bits are signed or not as the reader likes: protobuf's int64 and uint64 have the same bytes.
 */

/** How many bytes the varint of a number takes, 1 to 10. */
export function varintSize(low: number, high: number): number {
  const bits = high === 0 ? 32 - Math.clz32(low | 1) : 64 - Math.clz32(high)
  return (bits * 9 + 64) >>> 6
}

/** Write the varint of a number at `at`; returns the position after it. Bytes of `out` keep the low eight bits of what is stored. */
export function writeVarint(out: Uint8Array, at: number, low: number, high: number): number {
  if (high !== 0 || low >>> 28 !== 0) return writeLongVarint(out, at, low, high)
  if (low < 0x80) {
    out[at] = low
    return at + 1
  }
  out[at] = low | 0x80
  if (low < 0x4000) {
    out[at + 1] = low >>> 7
    return at + 2
  }
  out[at + 1] = (low >>> 7) | 0x80
  if (low < 0x200000) {
    out[at + 2] = low >>> 14
    return at + 3
  }
  out[at + 2] = (low >>> 14) | 0x80
  out[at + 3] = low >>> 21
  return at + 4
}

function writeLongVarint(out: Uint8Array, at: number, low: number, high: number): number {
  out[at] = low | 0x80
  out[at + 1] = (low >>> 7) | 0x80
  out[at + 2] = (low >>> 14) | 0x80
  out[at + 3] = (low >>> 21) | 0x80
  let position = at + 4
  let rest = (low >>> 28) | (high << 4)
  let top = high >>> 28
  while (rest >>> 0 > 0x7f || top !== 0) {
    out[position++] = rest | 0x80
    rest = (rest >>> 7) | (top << 25)
    top = 0
  }
  out[position] = rest
  return position + 1
}

/**
 * Read a varint that must end by `end` into element `index` of `words`. Returns the position after it.
 *
 * Bits beyond the 64th are dropped, as protobuf does.
 *
 * @throws {DataError} `wire-truncated`; `wire-malformed` for more than ten bytes
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

/** How many varints there are from `start` to `end`; the last must be whole. */
export function countVarints(body: Uint8Array, start: number, end: number, message: string): number {
  if (start < end && body[end - 1]! >= 0x80) throw truncated(message, end - 1, "a varint")
  let count = 0
  for (let position = start; position < end; position++) count += body[position]! < 0x80 ? 1 : 0
  return count
}
