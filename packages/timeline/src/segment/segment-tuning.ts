/** How segments are written; readers do not care. */
export interface SegmentTuning {
  /** Points of a block, more or less. */
  readonly blockPoints: number
  /** A run is ended at so many points, so that a late one costs no more than that to be merged. */
  readonly runPoints: number
  /** Rows of a level are stored from so many points a row on. */
  readonly pointsPerRow: number
}

/** As stores do it, but in tests. */
export const segmentTuning: SegmentTuning = { blockPoints: 8192, runPoints: 1 << 22, pointsPerRow: 100 }
