import { bitLength } from "./bit-packing.js"
import type { Sample } from "./sample.js"
import { Scratch } from "./scratch.js"

/** The different values of a column, ascending, and for each value which of them it is. */
export interface Dictionary {
  readonly entries: Float64Array
  /** Valid until the next dictionary is made; the first ones count. */
  readonly indexes: Float64Array
}

const MOST_ENTRIES = 4096

/** Places of a hash table, four for each entry; a place has the number of an entry plus one. */
const PLACES = 4 * MOST_ENTRIES
const table = new Int32Array(PLACES)
const found = new Float64Array(MOST_ENTRIES)
const foundWords = new Int32Array(found.buffer)
const ranks = new Float64Array(MOST_ENTRIES)
const indexScratch = new Scratch()

const one = new Float64Array(1)
const oneWords = new Int32Array(one.buffer)

/** Bits of a value by way of a dictionary, estimated on a sample of `count` values; Infinity where none repeats. */
export function estimateDictionary({ values, length }: Sample, count: number): number {
  const met = new Set(values.subarray(0, length)).size
  // The fewer values of the sample repeat others, the more are there that it has not met.
  const different = Math.min(met / (1 - met / length), count)
  return met === length ? Number.POSITIVE_INFINITY : dictionaryBits(different, count)
}

/** Bits of a value where so many values are different. */
function dictionaryBits(different: number, count: number): number {
  return bitLength(Math.ceil(different) - 1) + (64 * different) / count
}

/**
 * Make the dictionary of a column; any NaN is the one NaN, 0 and -0 are different. Undefined if a value takes `mostBits` or more that way, or
 * more than 4096 are different.
 */
export function takeDictionary(values: Float64Array, mostBits: number): Dictionary | undefined {
  const count = values.length
  const most = Math.min(MOST_ENTRIES, Math.floor((count * mostBits) / 64))
  const indexes = indexScratch.floats(count)
  table.fill(0)
  let size = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    one[0] = Number.isNaN(value) ? Number.NaN : value
    const place = placeOf(oneWords[0]!, oneWords[1]!)
    if (table[place] === 0) {
      if (size === most) return undefined
      found[size] = one[0]!
      table[place] = ++size
    }
    indexes[i] = table[place]! - 1
  }
  if (dictionaryBits(size, count) >= mostBits) return undefined
  return sorted(size, indexes, count)
}

/** Where the value with these words is in the table, or the free place for it. */
function placeOf(low: number, high: number): number {
  let place = hash(low, high)
  for (let entry = table[place]!; entry !== 0; entry = table[place]!) {
    if (foundWords[2 * entry - 2] === low && foundWords[2 * entry - 1] === high) return place
    place = (place + 1) % PLACES
  }
  return place
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) & (PLACES - 1)
}

/** Ascending entries keep the indexes of neighbours close to each other where the values are. */
function sorted(size: number, indexes: Float64Array, count: number): Dictionary {
  const entries = found.slice(0, size).sort()
  for (let rank = 0; rank < size; rank++) {
    one[0] = entries[rank]!
    ranks[table[placeOf(oneWords[0]!, oneWords[1]!)]! - 1] = rank
  }
  for (let i = 0; i < count; i++) indexes[i] = ranks[indexes[i]!]!
  return { entries, indexes }
}
