import type { Timestamp } from "./timestamp.js"

/** A point: `const [timestamp, value] = timeValue`. */
export class TimeValue {
  readonly timestamp: Timestamp
  /** NaN stands for a failed measurement. */
  readonly value: number

  constructor(timestamp: Timestamp, value: number) {
    this.timestamp = timestamp
    this.value = value
  }

  /** `timestamp`; with `1` it tells the compiler what `const [timestamp, value] = timeValue` gives. */
  get 0(): Timestamp {
    return this.timestamp
  }

  /** `value`. */
  get 1(): number {
    return this.value
  }

  *[Symbol.iterator](): Generator<Timestamp | number, void, undefined> {
    yield this.timestamp
    yield this.value
  }
}
