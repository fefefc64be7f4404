/**
 * What is known of a metric over some time: pieces one after the other, as columns of equal length. Times are ms since 1970.
 *
 * `rows` are aggregates of intervals. `points` are single ones: the piece ends at the point and begins where its value begins to hold,
 * which is the point itself if nobody knows. Pieces are in order and do not overlap; between them nothing is known.
 */
export interface Stretch {
  readonly kind: "rows" | "points"
  readonly from: Float64Array
  readonly to: Float64Array
  readonly minimum: Float64Array
  readonly maximum: Float64Array
  readonly sum: Float64Array
  readonly count: Float64Array
  /** Value × ms. */
  readonly integral: Float64Array
  /** How many ms are covered by values. */
  readonly active: Float64Array
}

/** Columns of this length, to be filled. */
export function emptyStretch(kind: Stretch["kind"], length: number): Stretch {
  const column = () => new Float64Array(length)
  return {
    ...{ kind, from: column(), to: column(), minimum: column(), maximum: column() },
    ...{ sum: column(), count: column(), integral: column(), active: column() },
  }
}

/** Points with the ms that each value holds back from its point. NaN is left out. */
export function pointStretch(times: ArrayLike<number>, values: ArrayLike<number>, holds: ArrayLike<number>): Stretch {
  const kept = Array.from({ length: times.length }, (_, i) => i).filter((i) => !Number.isNaN(values[i]))
  const stretch = emptyStretch("points", kept.length)
  for (const [k, i] of kept.entries()) {
    const value = values[i]!
    stretch.to[k] = times[i]!
    stretch.from[k] = times[i]! - holds[i]!
    stretch.minimum[k] = stretch.maximum[k] = stretch.sum[k] = value
    stretch.count[k] = 1
    stretch.active[k] = holds[i]!
    stretch.integral[k] = value * holds[i]!
  }
  return stretch
}
