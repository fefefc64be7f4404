import { type Aggregate, addAggregate, emptyAggregate } from "../aggregate.js"
import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import { isStretch } from "./row-stretch.js"
import type { Sink } from "./sink.js"

/**
 * Adds up points, and rows of any level, given in order of time, as one aggregate.
 *
 * `previousNs` is as for `RowBuilder`.
 */
export class Tally implements Sink {
  readonly aggregate: Aggregate = emptyAggregate()
  readonly #maxGapNs: bigint | undefined
  readonly #maxGap: number
  previousNs: bigint | undefined

  constructor(maxGapNs: bigint | undefined) {
    this.#maxGapNs = maxGapNs
    this.#maxGap = maxGapNs === undefined ? Number.POSITIVE_INFINITY : Number(maxGapNs)
  }

  /** Take the points from index `from` to before `to`, and the time before each of them. */
  addPoints({ baseNs, offsets, values }: PointBlock, from = 0, to = offsets.length): void {
    if (from >= to) return
    this.arrive(baseNs + BigInt(offsets[from]!), values[from]!)
    const maxGap = this.#maxGap
    const { aggregate } = this
    let previous = offsets[from]!
    let { minimum, maximum, sum, count, integral, activeNs } = aggregate
    for (let i = from; i < to; i++) {
      const offset = offsets[i]!
      const value = values[i]!
      if (!Number.isNaN(value)) {
        const time = offset - previous < maxGap ? offset - previous : maxGap
        integral += value * time
        activeNs += time
        if (value < minimum) minimum = value
        if (value > maximum) maximum = value
        sum += value
        count++
      }
      previous = offset
    }
    aggregate.minimum = minimum
    aggregate.maximum = maximum
    aggregate.sum = sum
    aggregate.count = count
    aggregate.integral = integral
    aggregate.activeNs = activeNs
    this.previousNs = baseNs + BigInt(offsets[to - 1]!)
  }

  /** Take a point without counting it, as `RowBuilder.arrive` does. */
  arrive(ns: bigint, value: number, untilNs = ns): void {
    if (this.previousNs !== undefined && !Number.isNaN(value)) {
      const gapNs = this.#maxGapNs
      const beginNs = gapNs !== undefined && ns - this.previousNs > gapNs ? ns - gapNs : this.previousNs
      if (beginNs < untilNs) {
        const { aggregate } = this
        const time = Number(untilNs - beginNs)
        if (value < aggregate.minimum) aggregate.minimum = value
        if (value > aggregate.maximum) aggregate.maximum = value
        aggregate.integral += value * time
        aggregate.activeNs += time
      }
    }
    this.previousNs = ns
  }

  /** Add rows of `intervalNs`, from index `from` to before `to`. */
  addRows(block: RowBlock, intervalNs: bigint, from = 0, to = block.rows.length): void {
    const { rows, minimum, maximum, sum, count, integral, activeNs } = block
    const interval = Number(intervalNs)
    const { aggregate } = this
    for (let i = from; i < to; i++) {
      if (minimum[i]! < aggregate.minimum) aggregate.minimum = minimum[i]!
      if (maximum[i]! > aggregate.maximum) aggregate.maximum = maximum[i]!
      aggregate.sum += sum[i]!
      aggregate.count += count[i]!
      aggregate.integral += integral[i]!
      aggregate.activeNs += activeNs[i]!
      if (i + 1 < to && rows[i + 1]! > rows[i]! + 1 && isStretch(block, i, interval)) {
        const time = (rows[i + 1]! - rows[i]! - 1) * interval
        aggregate.integral += minimum[i]! * time
        aggregate.activeNs += time
      }
    }
  }

  addRun(run: Run): boolean {
    addAggregate(this.aggregate, run.total)
    return true
  }
}
