import { type Aggregate, addAggregate, emptyAggregate } from "../aggregate.js"

/** A point of the model. */
export interface NaivePoint {
  readonly ns: bigint
  /** NaN marks a gap. */
  readonly value: number
}

/** A row of the model; rows without points and without active time do not exist. */
export interface NaiveRow extends Aggregate {
  readonly beginNs: bigint
}

/**
 * A metric as the definitions say, point by point on plain arrays: what fast code is tested against.
 *
 * Whole numbers of nanoseconds are added as bigint, so active times are exact; sums and integrals are added in order of time.
 */
export class NaiveModel {
  readonly #maxGapNs: bigint | undefined
  readonly #values = new Map<bigint, number>()

  constructor(maxGapNs?: bigint) {
    this.#maxGapNs = maxGapNs
  }

  /** Append points in any order; for the same time the last one wins. */
  append(points: Iterable<NaivePoint>): void {
    for (const { ns, value } of points) this.#values.set(ns, value)
  }

  /** Forget the points with `beginNs` ≤ time < `endNs`. */
  delete(beginNs: bigint, endNs: bigint): void {
    for (const ns of [...this.#values.keys()]) if (ns >= beginNs && ns < endNs) this.#values.delete(ns)
  }

  /** All points in order of time. */
  points(): NaivePoint[] {
    return [...this.#values].map(([ns, value]) => ({ ns, value })).sort((a, b) => (a.ns < b.ns ? -1 : 1))
  }

  /** Points with `beginNs` ≤ time < `endNs`. */
  raw(beginNs: bigint, endNs: bigint): NaivePoint[] {
    return this.points().filter(({ ns }) => ns >= beginNs && ns < endNs)
  }

  /** The last point, also if it marks a gap. */
  last(): NaivePoint | undefined {
    return this.points().at(-1)
  }

  /** The last point at or before a time. */
  atOrBefore(ns: bigint): NaivePoint | undefined {
    return this.points()
      .filter((point) => point.ns <= ns)
      .at(-1)
  }

  /** The first point at or after a time. */
  atOrAfter(ns: bigint): NaivePoint | undefined {
    return this.points().find((point) => point.ns >= ns)
  }

  /** The time before each point in which its value holds, as far as it lies in the window, and the points in it. */
  aggregate(beginNs: bigint, endNs: bigint): Aggregate {
    return aggregateOf(this.#holding(), beginNs, endNs)
  }

  /** All rows of a length that overlap the window; whole ones, also where the window cuts them. */
  rows(intervalNs: bigint, beginNs: bigint, endNs: bigint): NaiveRow[] {
    const holding = this.#holding()
    const borders = new Set<bigint>()
    for (const { sinceNs, ns } of holding) {
      const from = max(sinceNs, beginNs - intervalNs)
      for (let row = from / intervalNs; row * intervalNs <= min(ns, endNs); row++) borders.add(row * intervalNs)
    }
    return [...borders]
      .sort((a, b) => (a < b ? -1 : 1))
      .filter((rowNs) => rowNs < endNs && rowNs + intervalNs > beginNs)
      .map((rowNs) => ({ beginNs: rowNs, ...aggregateOf(holding, rowNs, rowNs + intervalNs) }))
      .filter(({ count, activeNs }) => count > 0 || activeNs > 0)
  }

  #holding(): Holding[] {
    const points = this.points()
    return points.flatMap(({ ns, value }, i) => {
      if (Number.isNaN(value)) return []
      const previous = points[i - 1]
      const sinceNs = previous === undefined ? ns : max(previous.ns, ns - (this.#maxGapNs ?? ns))
      return [{ sinceNs, ns, value }]
    })
  }
}

/** A value, its time, and since when it holds. */
interface Holding extends NaivePoint {
  readonly sinceNs: bigint
}

function aggregateOf(holding: readonly Holding[], beginNs: bigint, endNs: bigint): Aggregate {
  const aggregate = emptyAggregate()
  let activeNs = 0n
  for (const { sinceNs, ns, value } of holding) {
    const heldNs = min(ns, endNs) - max(sinceNs, beginNs)
    const counts = ns >= beginNs && ns < endNs
    if (heldNs <= 0n && !counts) continue
    const held = heldNs > 0n ? heldNs : 0n
    activeNs += held
    addAggregate(aggregate, {
      minimum: value,
      maximum: value,
      sum: counts ? value : 0,
      count: counts ? 1 : 0,
      integral: value * Number(held),
      activeNs: 0,
    })
  }
  aggregate.activeNs = Number(activeNs)
  return aggregate
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
