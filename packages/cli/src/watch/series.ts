import type { Columns } from "@metricq/protocol"

/** Bars that a series keeps for its sparkline. */
export const SLOTS = 60

/** Points closer together than this share a bar, in nanoseconds. */
const SLOT_NS = 1_000_000_000n

interface Slot {
  readonly firstNs: bigint
  lastNs: bigint
  sum: number
  count: number
}

/**
 * The recent past of one watched metric: its last point, how often it comes, and a bounded line of bars.
 *
 * A bar is one point, or the mean of all points of one second where they come faster.
 */
export class Series {
  /** Time of the last point in nanoseconds since 1970, 0 before the first. */
  timeNs = 0n
  /** Value of the last point, NaN before the first. */
  value = Number.NaN
  /** Points seen so far. */
  points = 0
  readonly #slots: Slot[] = []

  /** Take in points in the order in which they came. The columns are read, not kept. */
  add({ times, values }: Columns): void {
    for (let index = 0; index < times.length; index += 1)
      this.#addPoint(times[index] ?? 0n, values[index] ?? Number.NaN)
  }

  #addPoint(timeNs: bigint, value: number): void {
    this.timeNs = timeNs
    this.value = value
    this.points += 1
    const slot = this.#slots.at(-1)
    if (slot && timeNs >= slot.firstNs && timeNs - slot.firstNs < SLOT_NS) {
      slot.lastNs = timeNs
      slot.sum += value
      slot.count += 1
      return
    }
    this.#slots.push({ firstNs: timeNs, lastNs: timeNs, sum: value, count: 1 })
    if (this.#slots.length > SLOTS) this.#slots.shift()
  }

  /** The newest `count` bars, the oldest first. */
  bars(count: number): number[] {
    return this.#slots.slice(-count).map((slot) => slot.sum / slot.count)
  }

  /** Points a second by their own times, over the last ten bars; NaN until there are two points at different times. */
  rateHz(): number {
    const recent = this.#slots.slice(-10)
    const first = recent[0]
    const last = recent.at(-1)
    if (!first || !last || last.lastNs <= first.firstNs) return Number.NaN
    const points = recent.reduce((sum, slot) => sum + slot.count, 0)
    return ((points - 1) * 1e9) / Number(last.lastNs - first.firstNs)
  }
}
