import type { HistoryResponse } from "@metricq/client"

/** A series of averages: one for each row whose whole window is known. */
export interface MovingAverages {
  /** Nanoseconds since 1970-01-01 UTC. */
  times: bigint[]
  /** NaN where no time of the window is active. */
  values: number[]
}

/**
 * Simple moving averages over `windowNs`, as metricq-grafana defines them.
 *
 * The time from one row or point to the next belongs to the latter. Each of these intervals gets the window that lies symmetrically
 * around it; what reaches in only partly counts partly; windows that reach beyond the first or last time are left out. The average is
 * stamped with the time of its row, and is integral by active time.
 */
export function movingAverages(response: HistoryResponse, windowNs: bigint): MovingAverages {
  const { times } = response
  const found: MovingAverages = { times: [], values: [] }
  if (times.length < 2) return found
  const base = times[0]!
  const at = Float64Array.from(times, (time) => Number(time - base))
  const [integral, active] = contributions(response, at)
  const half = Number(windowNs) / 2
  let from = 1
  let to = 1
  for (let i = 1; i < at.length; i++) {
    const centre = (at[i - 1]! + at[i]!) / 2
    const begin = centre - half
    const end = centre + half
    if (begin < 0 || end > at[at.length - 1]!) continue
    while (at[from]! <= begin) from++
    to = Math.max(to, from)
    while (at[to]! < end) to++
    // From `from` to `to`, of which the outer ones may reach in only partly.
    const sums = [0, 0] as [number, number]
    for (const [which, tree] of [integral, active].entries()) {
      sums[which] = tree.sum(from + 1, to)
      sums[which] += tree.at(from) * share(at, from, begin, end)
      if (to > from) sums[which] += tree.at(to) * share(at, to, begin, end)
    }
    found.times.push(times[i]!)
    found.values.push(sums[1] > 0 ? sums[0] / sums[1] : Number.NaN)
  }
  return found
}

/** Integral and active time of the interval before each row. */
function contributions(response: HistoryResponse, at: Float64Array): [SumTree, SumTree] {
  const { timeline, points, mode } = response
  if (mode === "aggregates") {
    return [new SumTree(timeline.integralNs), new SumTree(Float64Array.from(timeline.activeTimeNs, Number))]
  }
  const values = mode === "values" ? points.values : response.legacy.average
  const lengths = at.map((time, i) => (i === 0 ? 0 : time - at[i - 1]!))
  return [new SumTree(values.map((value, i) => value * lengths[i]!)), new SumTree(lengths)]
}

/** Which part of the interval before row `i` the window covers. */
function share(at: Float64Array, i: number, begin: number, end: number): number {
  const start = at[i - 1]!
  const length = at[i]! - start
  if (length <= 0) return 0
  return Math.max(0, Math.min(at[i]!, end) - Math.max(start, begin)) / length
}

/** Sums of any range in a few additions; nothing is ever subtracted, so a huge value or a NaN leaves no trace once it is out of the range. */
class SumTree {
  readonly #nodes: Float64Array
  readonly #length: number

  constructor(values: Float64Array) {
    this.#length = values.length
    this.#nodes = new Float64Array(2 * values.length)
    this.#nodes.set(values, values.length)
    for (let i = values.length - 1; i > 0; i--) this.#nodes[i] = this.#nodes[2 * i]! + this.#nodes[2 * i + 1]!
  }

  at(index: number): number {
    return this.#nodes[this.#length + index]!
  }

  /** Of the values from `from` on and before `to`. */
  sum(from: number, to: number): number {
    let total = 0
    let low = from + this.#length
    let high = to + this.#length
    for (; low < high; low >>= 1, high >>= 1) {
      if (low % 2 === 1) total += this.#nodes[low++]!
      if (high % 2 === 1) total += this.#nodes[--high]!
    }
    return total
  }
}
