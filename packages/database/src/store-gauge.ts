import type { Timeline } from "@metricq/timeline"
import type { StoreFigures } from "./store.js"

/** Figures are at most so old: finding them out looks at every run of every metric. */
const KEPT_MS = 1000

/** Reads the figures of a store, once a second at most. */
export class StoreGauge {
  readonly #timeline: Pick<Timeline, "status">
  #figures: StoreFigures | undefined
  #atMs = 0

  constructor(timeline: Pick<Timeline, "status">) {
    this.#timeline = timeline
  }

  /** The figures of now, or of up to a second ago. */
  recent(): StoreFigures {
    const nowMs = performance.now()
    if (this.#figures === undefined || nowMs - this.#atMs > KEPT_MS) {
      this.#figures = this.read()
      this.#atMs = nowMs
    }
    return this.#figures
  }

  /** The figures of now. */
  read(): StoreFigures {
    const { bytes, ...status } = this.#timeline.status()
    const { checkpointMs, trouble, damage } = status
    return {
      points: status.points,
      segments: status.segments,
      diskBytes: bytes.points + bytes.rows + bytes.index,
      journalBytes: bytes.journal,
      headBytes: status.headBytes,
      conflicts: status.conflicts,
      refused: status.refusedPoints,
      syncS: status.syncMs / 1000,
      checkpointAgeS: checkpointMs === undefined ? undefined : Math.max(0, (Date.now() - checkpointMs) / 1000),
      trouble: trouble === undefined ? damage : [trouble, ...damage],
    }
  }
}
