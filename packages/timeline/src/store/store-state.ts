import type { Segment } from "../segment/segment.js"

/** A segment of which runs may count no longer. */
export interface LiveSegment {
  readonly segment: Segment
  /** Places of those runs. */
  readonly dead: ReadonlySet<number>
}

/** A run of a segment by its place. */
export interface RunRef {
  readonly segment: Segment
  readonly run: number
  readonly firstNs: bigint
  readonly lastNs: bigint
}

/**
 * The segments that count at one moment, in order of writing. It never changes: another takes its place. The files of segments stay until
 * nobody who may read them is left.
 */
export class StoreState {
  readonly segments: readonly LiveSegment[]
  readonly #onUnused: (segment: Segment) => void
  readonly #holders: Map<Segment, number>
  /** The store itself, and reads under way. */
  #users = 1

  /**
   * @param before the state whose place it takes
   * @param onUnused called with each segment that no state has any more
   */
  constructor(segments: readonly LiveSegment[], onUnused: (segment: Segment) => void, before?: StoreState) {
    this.segments = [...segments].sort(
      (a, b) => a.segment.sequence - b.segment.sequence || a.segment.number - b.segment.number,
    )
    this.#onUnused = onUnused
    this.#holders = before ? before.#holders : new Map()
    for (const { segment } of segments) this.#holders.set(segment, (this.#holders.get(segment) ?? 0) + 1)
  }

  /** Keep the files; `leave` must follow. */
  enter(): void {
    this.#users++
  }

  /** Whoever entered reads no longer; the store leaves a state when another has taken its place. */
  leave(): void {
    if (--this.#users > 0) return
    for (const { segment } of this.segments) {
      const holders = this.#holders.get(segment)! - 1
      if (holders > 0) this.#holders.set(segment, holders)
      else {
        this.#holders.delete(segment)
        this.#onUnused(segment)
      }
    }
  }

  /** The runs of a metric that count, in order of writing. */
  runsOf(metric: number): RunRef[] {
    const found: RunRef[] = []
    for (const { segment, dead } of this.segments) {
      const { runs } = segment
      for (let run = segment.find(metric); run < runs.length && runs.metric[run] === metric; run++) {
        if (dead.has(run)) continue
        found.push({ segment, run, firstNs: runs.firstNs[run]!, lastNs: runs.lastNs[run]! })
      }
    }
    return found
  }
}
