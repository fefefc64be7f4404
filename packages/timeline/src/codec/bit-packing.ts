/**
 * Whole numbers of a fixed number of bits, one after the other, in 32-bit words, least significant bits first.
 *
 * Numbers of more than 32 bits are split: the low words of all first, then the rest of the bits of all, packed likewise.
 */

/** No number is wider. */
export const MAX_WIDTH = 53

const TWO_32 = 2 ** 32

/** Bits of a whole number from 0 below 2^53; 0 for 0. */
export function bitLength(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / TWO_32)
}

/** Bytes that `count` numbers of `width` bits take. */
export function packedBytes(count: number, width: number): number {
  return Math.ceil((count * width) / 8)
}

/**
 * Pack the low `width` bits of `numbers[start…] - reference` from word `at` on, and zeros up to the end of the last word.
 *
 * The differences must be less than 2^53 in amount; negative ones are taken as two's complement.
 */
export function packBits(
  words: Int32Array,
  at: number,
  numbers: Float64Array,
  start: number,
  count: number,
  reference: number,
  width: number,
): void {
  if (width === 0) return
  if (width <= 32) {
    packNarrow(words, at, numbers, start, count, reference, width, 1)
    return
  }
  for (let i = 0; i < count; i++) words[at + i] = numbers[start + i]! - reference
  packNarrow(words, at + count, numbers, start, count, reference, width - 32, TWO_32)
}

function packNarrow(
  words: Int32Array,
  firstWord: number,
  numbers: Float64Array,
  start: number,
  count: number,
  reference: number,
  width: number,
  unit: number,
): void {
  const mask = -1 >>> (32 - width)
  let at = firstWord
  let word = 0
  let filled = 0
  for (let i = start; i < start + count; i++) {
    const difference = numbers[i]! - reference
    const bits = (unit === 1 ? difference : Math.floor(difference / unit)) & mask
    word |= bits << filled
    filled += width
    if (filled >= 32) {
      words[at++] = word
      filled -= 32
      word = filled === 0 ? 0 : bits >>> (width - filled)
    }
  }
  if (filled > 0) words[at] = word
}

/** Unpack numbers, add `reference` and store them from `target[start]` on. One word behind the last is read, whatever is there. */
export function unpackBits(
  words: Int32Array,
  at: number,
  target: Float64Array,
  start: number,
  count: number,
  reference: number,
  width: number,
): void {
  if (width === 0) {
    target.fill(reference, start, start + count)
  } else if (width <= 32) {
    unpackNarrow(words, at, target, start, count, reference, width)
  } else {
    const mask = -1 >>> (64 - width)
    for (let i = 0, bit = (at + count) * 32; i < count; i++, bit += width - 32) {
      const high = ((words[bit >>> 5]! >>> bit) | ((words[(bit >>> 5) + 1]! << 1) << ~bit)) & mask
      target[start + i] = reference + (words[at + i]! >>> 0) + (high >>> 0) * TWO_32
    }
  }
}

function unpackNarrow(
  words: Int32Array,
  at: number,
  target: Float64Array,
  start: number,
  count: number,
  reference: number,
  width: number,
): void {
  const mask = -1 >>> (32 - width)
  // Shifts take their amount modulo 32: `bit` stands for the position within the word, `~bit` for 31 minus that.
  for (let i = start, bit = at * 32; i < start + count; i++, bit += width) {
    const bits = ((words[bit >>> 5]! >>> bit) | ((words[(bit >>> 5) + 1]! << 1) << ~bit)) & mask
    target[i] = reference + (bits >>> 0)
  }
}
