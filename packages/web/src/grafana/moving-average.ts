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
 * The time since the row before belongs to a row. Each of these intervals gets the window that lies symmetrically around it; what
 * reaches in only partly counts partly; windows that reach beyond the first or last time are left out. The average is stamped with the
 * time of its row, and is integral by active time. Points are taken as rows, each from its own time on and with the value of the next.
 * So the averages lie an interval late, for points two: charts that exist show it so.
 */
export function movingAverages(response: HistoryResponse, windowNs: bigint): MovingAverages {
  const found: MovingAverages = { times: [], values: [] }
  const { times, at, integral, active } = rowsOf(response)
  const last = at[at.length - 1]!
  const half = Number(windowNs) / 2
  let from = 1
  let to = 1
  for (let i = 1; i < at.length; i++) {
    const centre = (at[i - 1]! + at[i]!) / 2
    const begin = centre - half
    const end = centre + half
    if (begin < 0 || end > last) continue
    while (at[from]! <= begin) from++
    to = Math.max(to, from)
    while (at[to]! < end) to++
    // The outer ones may reach in only partly.
    const first = share(at, from, begin, end)
    const second = to > from ? share(at, to, begin, end) : 0
    const sumOf = (tree: SumTree) =>
      tree.at(from) * first + tree.sum(from + 1, to) + (second > 0 ? tree.at(to) * second : 0)
    const activeNs = sumOf(active)
    found.times.push(times[i]!)
    found.values.push(activeNs > 0 ? sumOf(integral) / activeNs : Number.NaN)
  }
  return found
}

interface Rows {
  readonly times: BigInt64Array
  /** The times, from the first on. */
  readonly at: Float64Array
  readonly integral: SumTree
  readonly active: SumTree
}

function rowsOf(response: HistoryResponse): Rows {
  const base = response.times[0] ?? 0n
  const all = Float64Array.from(response.times, (time) => Number(time - base))
  if (response.mode === "aggregates") {
    const { integralNs, activeTimeNs } = response.timeline
    const active = new SumTree(Float64Array.from(activeTimeNs, Number))
    return { times: response.times, at: all, integral: new SumTree(integralNs), active }
  }
  const values = response.mode === "values" ? response.points.values : response.legacy.average
  const at = all.subarray(0, -1)
  const lengths = at.map((time, i) => all[i + 1]! - time)
  const integral = new SumTree(lengths.map((length, i) => length * values[i + 1]!))
  return { times: response.times.subarray(0, -1), at, integral, active: new SumTree(lengths) }
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
