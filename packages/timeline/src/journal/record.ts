import type { Words } from "./words.js"

/**
 * A record holds points of one metric in the order in which they were appended: a word with the number of the metric (u32), and the number
 * of points times four plus the form of their times (u32); the times; the values as float64.
 */
export const RECORD_POINTS = 32_768

/** Forms of times. All lie less than 2^53 ns from the first. */
export const TimesForm = {
  /** A word for each. */
  whole: 0,
  /** The first, and one step of 1 to 2^53 ns from each to the next. */
  step: 1,
  /** The first, and a u32 for each step, 1 to 2^32 - 1 ns. */
  steps: 2,
} as const

/** Receives records; see {@link readRecords}. */
export interface RecordReader {
  /**
   * Points of a metric. Point i lies at the first time, given as two halves of an int64, plus `offsets[i]`; its value is
   * `words.f64[valuesAt + i]`. Where `rising`, each offset is greater than the one before. Nothing may be kept.
   */
  points(
    metric: number,
    high: number,
    low: number,
    offsets: Float64Array,
    words: Words,
    valuesAt: number,
    count: number,
    rising: boolean,
  ): void
}

const offsets = new Float64Array(RECORD_POINTS)
const ONE_OFFSET = new Float64Array(1)

/** Words of the times of `count` points. */
export function timesWords(form: number, count: number): number {
  if (form === TimesForm.step) return 2
  return form === TimesForm.steps ? 1 + (count >> 1) : count
}

/** Hand the records of a frame to `reader`; false if the last is cut off or one makes no sense, which no valid frame has. */
export function readRecords(words: Words, begin: number, end: number, reader: RecordReader): boolean {
  let at = begin
  while (at < end) {
    const metric = words.u32[2 * at]!
    const head = words.u32[2 * at + 1]!
    const form = head & 3
    const count = head >>> 2
    const times = at + 1
    const values = times + timesWords(form, count)
    if (form > TimesForm.steps || count === 0 || count > RECORD_POINTS || values + count > end) return false
    const low = words.u32[2 * times]!
    const high = words.i32[2 * times + 1]!
    if (count === 1) reader.points(metric, high, low, ONE_OFFSET, words, values, 1, true)
    else {
      const rising = readOffsets(words, times, form, count)
      reader.points(metric, high, low, offsets, words, values, count, rising)
    }
    at = values + count
  }
  return true
}

function readOffsets(words: Words, times: number, form: number, count: number): boolean {
  offsets[0] = 0
  if (form === TimesForm.step) {
    const step = words.u32[2 * times + 2]! + words.u32[2 * times + 3]! * 2 ** 32
    for (let i = 1; i < count; i++) offsets[i] = i * step
    return step > 0
  }
  if (form === TimesForm.steps) {
    const { u32 } = words
    const first = 2 * times + 1
    let offset = 0
    for (let i = 1; i < count; i++) {
      offset += u32[first + i]!
      offsets[i] = offset
    }
    return true
  }
  return readWhole(words, times, count)
}

function readWhole({ u32, i32 }: Words, times: number, count: number): boolean {
  const low = u32[2 * times]!
  const high = i32[2 * times + 1]!
  let rising = true
  let previous = -1
  for (let i = 0, at = 2 * times; i < count; i++, at += 2) {
    const offset = (i32[at + 1]! - high) * 2 ** 32 + (u32[at]! - low)
    offsets[i] = offset
    if (offset <= previous) rising = false
    previous = offset
  }
  return rising
}
