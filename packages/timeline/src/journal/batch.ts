import { FRAME_HEADER_WORDS, FULL_FRAME_BYTES, sealFrame } from "./frame.js"
import { RECORD_POINTS, TimesForm, timesWords } from "./record.js"
import { Words } from "./words.js"

const FIRST_WORDS = 1 << 13

/** A buffer above this size is given back when its batch is done. */
const KEPT_WORDS = 1 << 20

/** Up to so many points, copying one by one is faster than making views. */
const FEW = 8

/** Upper halves of times that differ by less than this are less than 2^53 ns apart. */
const REACH = (1 << 21) - 1

/** What is written to the journal and synced together: frames of records, in the order of `add`. */
export class Batch {
  #words = new Words(FIRST_WORDS)
  #end = 0
  /** Where each frame begins, and how many records it has. */
  readonly #frames: number[] = []
  readonly #records: number[] = []
  #frameIsOpen = false

  /** Bytes that it takes in the journal. */
  get size(): number {
    return 8 * this.#end
  }

  /** Number of frames. */
  get frames(): number {
    return this.#frames.length
  }

  get words(): Words {
    return this.#words
  }

  /** Add points, which are copied; columns of equal length, all points of which can be stored. */
  add(metric: number, times: BigInt64Array, values: Float64Array): void {
    for (let at = 0; at < times.length; ) {
      at += this.#addRecord(metric, times, values, at, Math.min(times.length - at, RECORD_POINTS))
    }
  }

  /** Complete the frames, which get the numbers from `number` on; returns all bytes, valid until `clear`. */
  seal(number: number): Uint8Array {
    for (const [i, at] of this.#frames.entries()) {
      sealFrame(this.#words, at, this.frameEnd(i) - at - FRAME_HEADER_WORDS, this.#records[i]!, number + i)
    }
    return this.#words.bytes.subarray(0, this.size)
  }

  /** First word of the records of frame `i`. */
  recordsBegin(i: number): number {
    return this.#frames[i]! + FRAME_HEADER_WORDS
  }

  /** Word behind frame `i`. */
  frameEnd(i: number): number {
    return this.#frames[i + 1] ?? this.#end
  }

  /** Whether it has points of a metric; costs a look at each record. */
  has(metric: number): boolean {
    const { u32 } = this.#words
    for (let i = 0; i < this.frames; i++) {
      const end = this.frameEnd(i)
      for (let at = this.recordsBegin(i); at < end; ) {
        if (u32[2 * at] === metric) return true
        const about = u32[2 * at + 1]!
        const count = about >>> 2
        at += 1 + timesWords(about & 3, count) + count
      }
    }
    return false
  }

  /** Forget everything. */
  clear(): void {
    if (this.#words.length > KEPT_WORDS) this.#words = new Words(FIRST_WORDS)
    this.#end = 0
    this.#frames.length = 0
    this.#records.length = 0
    this.#frameIsOpen = false
  }

  /** Add a record of as many points as its times can be of; returns how many. */
  #addRecord(metric: number, times: BigInt64Array, values: Float64Array, from: number, count: number): number {
    this.#openFrame(1 + 2 * count)
    const words = this.#words
    const at = this.#end
    copyTimes(words, at + 1, times, from, count)
    const taken = countWithinReach(words, at + 1, count)
    const form = shortenTimes(words, at + 1, taken)
    const valuesAt = at + 1 + timesWords(form, taken)
    copyValues(words, valuesAt, values, from, taken)
    words.u32[2 * at] = metric
    words.u32[2 * at + 1] = (taken << 2) | form
    this.#end = valuesAt + taken
    const frame = this.#frames.length - 1
    this.#records[frame]! += 1
    if (8 * (this.#end - this.#frames[frame]!) >= FULL_FRAME_BYTES) this.#frameIsOpen = false
    return taken
  }

  /** Have a frame with room for so many words. */
  #openFrame(length: number): void {
    const needed = this.#end + length + FRAME_HEADER_WORDS
    if (needed > this.#words.length) {
      const grown = new Words(Math.max(needed, 2 * this.#words.length))
      grown.bytes.set(this.#words.bytes.subarray(0, this.size))
      this.#words = grown
    }
    if (this.#frameIsOpen) return
    this.#frames.push(this.#end)
    this.#records.push(0)
    this.#end += FRAME_HEADER_WORDS
    this.#frameIsOpen = true
  }
}

function copyTimes({ i64 }: Words, at: number, times: BigInt64Array, from: number, count: number): void {
  if (count > FEW) i64.set(from === 0 && count === times.length ? times : times.subarray(from, from + count), at)
  else for (let i = 0; i < count; i++) i64[at + i] = times[from + i]!
}

function copyValues({ f64 }: Words, at: number, values: Float64Array, from: number, count: number): void {
  if (count > FEW) f64.set(from === 0 && count === values.length ? values : values.subarray(from, from + count), at)
  else for (let i = 0; i < count; i++) f64[at + i] = values[from + i]!
}

/** How many times, from the first on, lie less than 2^53 ns from the first. */
function countWithinReach({ i32 }: Words, at: number, count: number): number {
  const high = i32[2 * at + 1]!
  for (let i = 1; i < count; i++) {
    const distance = i32[2 * (at + i) + 1]! - high
    if (distance >= REACH || distance <= -REACH) return i
  }
  return count
}

/** Replace times by the first and steps from each to the next where that is shorter; returns the form they have then. */
function shortenTimes({ i32, u32 }: Words, at: number, count: number): number {
  if (count < 3) return TimesForm.whole
  const stepLow = (i32[2 * at + 2]! - i32[2 * at]!) | 0
  let isStep = true
  let isShort = true
  let previousLow = u32[2 * at]!
  let previousHigh = i32[2 * at + 1]!
  for (let i = 1; i < count; i++) {
    const low = u32[2 * (at + i)]!
    const high = i32[2 * (at + i) + 1]!
    const difference = low - previousLow
    const stepHigh = high - previousHigh - (difference < 0 ? 1 : 0)
    if (stepHigh !== 0 || difference === 0) {
      isShort = false
      break
    }
    if ((difference | 0) !== stepLow) isStep = false
    previousLow = low
    previousHigh = high
  }
  if (!isShort) return isLongStep(i32, u32, at, count) ? TimesForm.step : TimesForm.whole
  if (isStep) {
    i32[2 * at + 2] = stepLow
    i32[2 * at + 3] = 0
    return TimesForm.step
  }
  writeSteps(u32, at, count)
  return TimesForm.steps
}

/** In place: no step is written where a time is still to be read. */
function writeSteps(u32: Uint32Array, at: number, count: number): void {
  let previous = u32[2 * at]!
  for (let i = 1; i < count; i++) {
    const low = u32[2 * (at + i)]!
    u32[2 * at + 1 + i] = low - previous
    previous = low
  }
  if (count % 2 === 0) u32[2 * at + 1 + count] = 0
}

/** Whether times rise by one step that takes more than 32 bits; it is put in place of the second. */
function isLongStep(i32: Int32Array, u32: Uint32Array, at: number, count: number): boolean {
  const distance = (i: number) =>
    (i32[2 * (at + i) + 1]! - i32[2 * at + 1]!) * 2 ** 32 + (u32[2 * (at + i)]! - u32[2 * at]!)
  const step = distance(1)
  if (step <= 0) return false
  for (let i = 2; i < count; i++) if (distance(i) !== i * step) return false
  u32[2 * at + 2] = step % 2 ** 32
  u32[2 * at + 3] = Math.floor(step / 2 ** 32)
  return true
}
