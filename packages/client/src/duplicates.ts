import type { ColumnBuffer } from "@metricq/protocol"

/** Metrics remembered; beyond that all are forgotten, and only protection against duplicates with them. */
const mostMetrics = 1_000_000

/**
 * Remembers the time of the last point of each metric, and takes those out of a repeated message that have been there before:
 * all that are not newer. What is not marked as repeated is never touched, as data of the past is legitimate.
 */
export class Duplicates {
  readonly #last = new Map<string, { ns: bigint }>()

  /** Remember that the points of this buffer have been passed on. */
  remember(metric: string, points: ColumnBuffer): void {
    if (points.length === 0) return
    const ns = points.times[points.length - 1]!
    const last = this.#last.get(metric)
    if (last !== undefined) {
      last.ns = ns
      return
    }
    if (this.#last.size >= mostMetrics) this.#last.clear()
    this.#last.set(metric, { ns })
  }

  /** Take the points out that are not newer than the last one remembered; returns how many. */
  remove(metric: string, points: ColumnBuffer): number {
    const last = this.#last.get(metric)
    if (last === undefined) return 0
    const { times, values, length } = points
    let kept = 0
    for (let i = 0; i < length; i++) {
      if (times[i]! <= last.ns) continue
      times[kept] = times[i]!
      values[kept++] = values[i]!
    }
    points.length = kept
    return length - kept
  }
}
