/** Distances that are looked at. */
const KEPT = 32
/** Fewer say nothing. */
const NEEDED = 8
/** Rare long distances count by a fifth of their length, so that a value holds twice as long as they are. */
const RARE = 5

/** The distance of the points of a metric, told from the points themselves: from the latest 33. */
export class IntervalEstimate {
  readonly #distances = new Float64Array(KEPT)
  #count = 0

  /** Take the points of a chunk; `previousNs` is the time of the last one before it, if there was any. */
  add(times: BigInt64Array, previousNs: bigint | undefined): void {
    for (let i = Math.max(previousNs === undefined ? 1 : 0, times.length - KEPT); i < times.length; i++) {
      const distance = times[i]! - (i === 0 ? previousNs! : times[i - 1]!)
      if (distance > 0n) this.#distances[this.#count++ % KEPT] = Number(distance)
    }
  }

  /**
   * Nanoseconds from one point to the next: the median, but at least a fifth of what one distance in ten exceeds. Undefined until eight are
   * known.
   */
  get intervalNs(): bigint | undefined {
    if (this.#count < NEEDED) return undefined
    const sorted = this.#distances.slice(0, Math.min(this.#count, KEPT)).sort()
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
    return BigInt(Math.ceil(Math.max(at(0.5), at(0.9) / RARE)))
  }
}
