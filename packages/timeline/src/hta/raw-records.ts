import type { Columns } from "@metricq/protocol"
import { highWord, lowWord } from "./byte-order.js"
import type { HtaDamageReport } from "./hta-damage.js"

/** Size of a point in `raw.hta`: an int64 of nanoseconds and a float64. */
export const RAW_RECORD_BYTES = 16

/** What becomes of points that are not later than the one before: they are passed on where they stand, or left out. */
export type UnorderedPoints = "keep" | "drop"

/**
 * Makes columns of the records of one raw file, piece by piece, and reports those that no file should hold.
 *
 * Left out are times of zero or before 1970, values of ±Infinity and, where `unordered` says so, points not later than the last one
 * taken. NaN is reported and kept: it marks a gap.
 */
export class RawRecords {
  readonly #file: string
  readonly #report: HtaDamageReport
  readonly #unordered: UnorderedPoints
  #lastHigh = 0
  #lastLow = 0

  /** @param file goes into the report */
  constructor(file: string, report: HtaDamageReport, unordered: UnorderedPoints) {
    this.#file = file
    this.#report = report
    this.#unordered = unordered
  }

  /** Take `timeNs` for the time of the point before the first. */
  continueAfter(timeNs: bigint): void {
    if (timeNs < 0n) return
    this.#lastHigh = Number(timeNs >> 32n)
    this.#lastLow = Number(timeNs & 0xffff_ffffn)
  }

  /**
   * Points of `count` records that begin `bytes`, in new columns.
   *
   * @param offset where in the file the first record lies
   */
  read(bytes: ArrayBuffer, count: number, offset: number): Columns {
    const words = new Int32Array(bytes)
    const floats = new Float64Array(bytes)
    const columns = { times: new BigInt64Array(count), values: new Float64Array(count) }
    const times = new Int32Array(columns.times.buffer)
    const { values } = columns
    let lastHigh = this.#lastHigh
    let lastLow = this.#lastLow
    let length = 0
    for (let index = 0; index < count; index += 1) {
      const low = words[4 * index + lowWord]!
      const high = words[4 * index + highWord]!
      const value = floats[2 * index + 1]!
      // A time after one that is at least zero is above zero; a difference from itself tells NaN and the infinities.
      const later = high > lastHigh || (high === lastHigh && low >>> 0 > lastLow)
      if (!(later && value - value === 0) && !this.#admit(high, low, value, later, offset + RAW_RECORD_BYTES * index)) {
        continue
      }
      times[2 * length + lowWord] = low
      times[2 * length + highWord] = high
      values[length] = value
      length += 1
      lastHigh = high
      lastLow = low >>> 0
    }
    this.#lastHigh = lastHigh
    this.#lastLow = lastLow
    if (length === count) return columns
    return { times: columns.times.subarray(0, length), values: values.subarray(0, length) }
  }

  /** Report what is wrong with a record, and tell whether it is a point all the same. */
  #admit(high: number, low: number, value: number, later: boolean, offset: number): boolean {
    const report = (kind: "no-time" | "unordered" | "infinite" | "nan"): void =>
      this.#report.add(kind, this.#file, offset)
    if (high < 0 || (high === 0 && low === 0)) {
      report("no-time")
      return false
    }
    if (!later) {
      report("unordered")
      if (this.#unordered === "drop") return false
    }
    if (Number.isNaN(value)) report("nan")
    else if (!Number.isFinite(value)) {
      report("infinite")
      return false
    }
    return true
  }
}
