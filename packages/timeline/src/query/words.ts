/** Word index of the low half of a 64-bit element seen through a `Uint32Array`; the high half is at `1 - lowWord`. */
const lowWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1
const WORD = 2 ** 32
/** Whole numbers below this are exact as float64. */
const EXACT = 2 ** 53

/** The 32-bit words of a column of 64-bit whole numbers. */
export function wordsOf({ buffer, byteOffset, length }: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, 2 * length)
}

/** Store whole numbers from 0 below 2^63, given as float64, from element `at` on. */
export function storeWhole(words: Uint32Array, at: number, numbers: Float64Array): void {
  for (let i = 0, word = 2 * at; i < numbers.length; i++, word += 2) {
    const high = Math.floor(numbers[i]! / WORD)
    words[word + lowWord] = numbers[i]! - high * WORD
    words[word + 1 - lowWord] = high
  }
}

/**
 * Store `baseNs` plus each offset as times from element `at` on; offsets are whole numbers from 0 below 2^53, times below 2^63.
 */
export function storeTimes(words: Uint32Array, at: number, baseNs: bigint, offsets: Float64Array): void {
  const baseLow = Number(baseNs % BigInt(WORD))
  const baseHigh = Number(baseNs / BigInt(WORD))
  for (let i = 0, word = 2 * at; i < offsets.length; i++, word += 2) {
    const offset = offsets[i]!
    const offsetHigh = Math.floor(offset / WORD)
    const low = offset - offsetHigh * WORD + baseLow
    words[word + lowWord] = low
    words[word + 1 - lowWord] = offsetHigh + baseHigh + (low >= WORD ? 1 : 0)
  }
}

/**
 * Store the begins of rows of `intervalNs` by their numbers, which are sorted, from element `at` on.
 *
 * @param originNs where row 0 begins
 */
export function storeRowTimes(
  words: Uint32Array,
  at: number,
  intervalNs: bigint,
  rows: Float64Array,
  originNs = 0n,
): void {
  const interval = Number(intervalNs)
  let from = 0
  while (from < rows.length) {
    const firstNs = originNs + BigInt(rows[from]!) * intervalNs
    const baseLow = Number(firstNs % BigInt(WORD))
    const baseHigh = Number(firstNs / BigInt(WORD))
    let i = from
    for (; i < rows.length; i++) {
      const offset = (rows[i]! - rows[from]!) * interval
      if (offset >= EXACT) break
      const offsetHigh = Math.floor(offset / WORD)
      const low = offset - offsetHigh * WORD + baseLow
      words[2 * (at + i) + lowWord] = low
      words[2 * (at + i) + 1 - lowWord] = offsetHigh + baseHigh + (low >= WORD ? 1 : 0)
    }
    from = i
  }
}
