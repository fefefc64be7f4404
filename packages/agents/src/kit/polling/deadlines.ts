import { Timestamp } from "@metricq/client"
import type { Schedule } from "../fields/schedule.js"

/** A round is still begun so late, or a tenth of the interval if that is longer. */
const TOLERABLE_MS = 20
/** A deadline further ahead than this, and than an interval, means that the clock has been set back. */
const SET_BACK_MS = 1000

/** A deadline of a schedule. */
export interface Deadline {
  /** Exactly a multiple of the interval, plus the offset. */
  readonly time: Timestamp
  /** When to begin, in ms since the epoch: the time, and the jitter of this round. */
  readonly startMs: number
}

/**
 * The deadlines of a schedule: multiples of the interval since the epoch, plus the offset, so that all agents that read at the
 * same interval read at the same instants.
 */
export class Deadlines {
  readonly #schedule: Schedule
  readonly #random: () => number
  /** Deadlines that could not be met. */
  skipped = 0
  /** The next one's number since the epoch. */
  #index: number | undefined

  /** `random` gives numbers from 0 to below 1. */
  constructor(schedule: Schedule, random: () => number = Math.random) {
    this.#schedule = schedule
    this.#random = random
  }

  /**
   * The deadline that comes next at `nowMs` (since the epoch). Those that can no longer be met are counted and left out. A clock
   * that was set back is followed.
   */
  next(nowMs: number): Deadline {
    const { intervalMs, offsetMs, jitterMs } = this.#schedule
    const tolerable = Math.max(TOLERABLE_MS, intervalMs / 10)
    const indexAt = (ms: number) => Math.ceil((ms - offsetMs) / intervalMs)
    const upcoming = indexAt(nowMs)
    const earliest = indexAt(nowMs - tolerable)
    let index = this.#index ?? upcoming
    if (index < earliest) {
      this.skipped += earliest - index
      index = earliest
    } else if ((index - upcoming) * intervalMs > Math.max(SET_BACK_MS, intervalMs)) {
      index = upcoming
    }
    this.#index = index + 1
    return { time: this.#timeOf(index), startMs: index * intervalMs + offsetMs + this.#random() * jitterMs }
  }

  #timeOf(index: number): Timestamp {
    const { intervalMs, offsetMs } = this.#schedule
    return Timestamp.fromNs(BigInt(index) * nanoseconds(intervalMs) + nanoseconds(offsetMs))
  }
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6))
}
