import type { LevelParameters } from "@metricq/timeline"
import type { StorageRule } from "../configuration/storage-rule.js"
import { IntervalEstimate } from "./interval-estimate.js"

/** So many chunks in a row with longer distances than a value holds: the interval is not what it was thought to be. */
const PATIENCE = 3

/** What the store knows of a metric already. */
export interface StoredBefore {
  /** Its levels, if they were chosen for it. */
  readonly levels?: LevelParameters
  readonly firstNs?: bigint
  readonly lastNs?: bigint
  readonly points: number
  /** The levels were chosen by another rule. */
  readonly isStale?: boolean
  /** The levels came with an archive that was imported, and stay: its figures must not change. */
  readonly isArchive?: boolean
}

/** Points in a row of the first level, about; see `levelsFor`. */
const POINTS_PER_ROW = 30n

/**
 * A metric whose points come, and what is known of their distance.
 *
 * Its levels follow from the interval that its metadata declares; where that says nothing, or its points come much more rarely, from the points
 * themselves.
 */
export class StoredMetric {
  readonly name: string
  readonly rule: StorageRule
  /** The manager knows that it is stored here. */
  isSubscribed = false
  #levels: LevelParameters | undefined
  #lastNs: bigint | undefined
  #longGaps = 0
  /** Its points are looked at, as its metadata says too little. */
  #estimate: IntervalEstimate | undefined
  /** What is declared was found to be wrong. */
  #isMisled = false

  /** Distance of the points of earlier times, pauses included. */
  readonly #meanNs: bigint
  #isStale: boolean
  readonly #isArchive: boolean

  constructor(name: string, rule: StorageRule, before: StoredBefore = { points: 0 }) {
    this.name = name
    this.rule = rule
    this.#levels = before.levels
    this.#lastNs = before.lastNs
    this.#isStale = before.isStale ?? false
    this.#isArchive = before.isArchive ?? false
    this.#meanNs = meanDistance(before)
    if (this.#levels === undefined && rule.interval === undefined) this.#estimate = new IntervalEstimate()
  }

  /** Note the times of a chunk. True if its levels should be chosen now, or anew. */
  observe(times: BigInt64Array): boolean {
    if (this.rule.interval !== undefined || times.length === 0) return false
    const previousNs = this.#lastNs
    const lastNs = times[times.length - 1]!
    if (previousNs === undefined || lastNs > previousNs) this.#lastNs = lastNs
    if (this.#estimate !== undefined) {
      const wasKnown = this.#estimate.intervalNs !== undefined
      this.#estimate.add(times, previousNs)
      return !wasKnown && this.#estimate.intervalNs !== undefined
    }
    if (this.#isAfterLongGap(times, previousNs)) this.#longGaps += 1
    else this.#longGaps = 0
    if (this.#longGaps === PATIENCE) {
      this.#estimate = new IntervalEstimate()
      this.#isMisled = true
    }
    return false
  }

  /** Levels by what is known now, with what its metadata declares; undefined: too little. */
  chooseLevels(declaredNs: bigint | undefined): LevelParameters | undefined {
    const { interval } = this.rule
    if (interval === "any") return this.rule.levels(1_000_000_000n)
    if (interval !== undefined) return this.rule.levels(interval)
    if (this.#isArchive) return this.#levels
    const estimatedNs = this.#estimate?.intervalNs
    if (this.#isMisled && estimatedNs === undefined) return this.#levels
    const intervalNs = this.#isMisled ? longer(declaredNs, estimatedNs) : (declaredNs ?? estimatedNs ?? this.#formerNs)
    if (intervalNs === undefined) return this.#levels
    const levels = this.rule.levels(intervalNs)
    return !this.#isMisled && this.#wasFoundLonger(levels) ? this.#levels : levels
  }

  /** These levels are in force from now on. */
  settle(levels: LevelParameters): void {
    if (this.#isMisled && this.#estimate?.intervalNs === undefined) return
    this.#levels = levels
    this.#isStale = false
    this.#estimate = undefined
    this.#isMisled = false
    this.#longGaps = 0
  }

  /** An earlier process has found that its points come more rarely than its metadata says, and they have. */
  #wasFoundLonger({ maxGapNs }: LevelParameters): boolean {
    if (this.#isStale || this.#levels === undefined) return false
    if (maxGapNs === undefined || this.#meanNs <= maxGapNs) return false
    return this.#levels.maxGapNs === undefined || this.#levels.maxGapNs > maxGapNs
  }

  /** The interval that levels of another rule were chosen by, as far as they tell. */
  get #formerNs(): bigint | undefined {
    if (!this.#isStale || this.#levels === undefined) return undefined
    return longer(1n, this.#levels.intervalMinNs / POINTS_PER_ROW)
  }

  #isAfterLongGap(times: BigInt64Array, previousNs: bigint | undefined): boolean {
    const maxGapNs = this.#levels?.maxGapNs
    if (maxGapNs === undefined) return false
    const first = times[0]!
    // A source that pauses between its chunks is not slow: within them it is as fast as it says.
    if (times.length > 1) return times[times.length - 1]! - first > BigInt(times.length - 1) * maxGapNs
    return previousNs !== undefined && first - previousNs > maxGapNs
  }
}

function meanDistance({ firstNs, lastNs, points }: StoredBefore): bigint {
  return firstNs === undefined || lastNs === undefined || points < 2 ? 0n : (lastNs - firstNs) / BigInt(points - 1)
}

function longer(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a
}
