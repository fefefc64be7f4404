import type { Run } from "../run.js"
import { alignDown, alignUp, earlier } from "./alignment.js"
import type { Pace } from "./pace.js"
import { rowSlice } from "./row-slice.js"
import { firstPointFrom, pointsOfRun } from "./run-points.js"
import type { Sink } from "./sink.js"

/** Rows read at a time at most. */
const ROWS_AT_ONCE = 65_536n

/** A level whose rows may be used. */
export interface StoredLevel {
  readonly level: number
  readonly intervalNs: bigint
}

/** A stretch of a run in which no other run has points. */
export interface RunPart {
  readonly run: Run
  /** What is wanted of it: points with `beginNs` ≤ time < `endNs`, and the time before each that lies in the window. */
  readonly beginNs: bigint
  readonly endNs: bigint
  /** The first, or last, point of the run is in it, so that rows are right which reach beyond. */
  readonly hasFirst: boolean
  readonly hasLast: boolean
  /** No row is right that ends later, unless the last point of the run is in it. */
  readonly rowsEndNs: bigint
}

/**
 * Feeds a sink with a part of a run: coarse rows in the middle, finer ones towards both ends, points at the very ends. What that costs
 * depends on the number of levels and not on that of points.
 */
export class RunFeed {
  readonly #sink: Sink
  readonly #part: RunPart
  readonly #levels: readonly StoredLevel[]
  readonly #pace: Pace

  /** @param levels those stored in the run, ascending, whose rows the sink takes */
  constructor(sink: Sink, part: RunPart, levels: readonly StoredLevel[], pace: Pace) {
    this.#sink = sink
    this.#part = part
    this.#levels = levels
    this.#pace = pace
  }

  async feed(): Promise<void> {
    const { run, beginNs, endNs, hasFirst, hasLast } = this.#part
    if (hasFirst) this.#sink.arrive(run.firstNs, run.firstValue)
    if (!(hasFirst && hasLast && this.#sink.addRun(run))) {
      await this.#climb(this.#levels.length - 1, beginNs, endNs, hasFirst, hasLast)
    }
    if (hasLast) this.#sink.previousNs = run.lastNs
    else if (!run.hasPoints) this.#sink.previousNs = endNs
  }

  /** Feed the time from `beginNs` to `endNs` with rows of level `index` and, where they do not fit, with finer ones. */
  async #climb(index: number, beginNs: bigint, endNs: bigint, hasFirst: boolean, hasLast: boolean): Promise<void> {
    const stored = this.#levels[index]
    if (!stored) return this.#feedPoints(beginNs, endNs)
    const { intervalNs } = stored
    const fromNs = hasFirst ? alignDown(beginNs, intervalNs) : alignUp(beginNs, intervalNs)
    const untilNs = hasLast ? alignUp(endNs, intervalNs) : this.#rowsEnd(index, endNs)
    if (fromNs >= untilNs) return this.#climb(index - 1, beginNs, endNs, hasFirst, hasLast)
    if (beginNs < fromNs) await this.#climb(index - 1, beginNs, fromNs, false, false)
    await this.#feedRows(stored, fromNs, untilNs)
    if (untilNs < endNs) await this.#climb(index - 1, untilNs, endNs, false, hasLast)
  }

  /** Where the last row of a level ends that may be used before `endNs`. */
  #rowsEnd(index: number, endNs: bigint): bigint {
    const { run, rowsEndNs } = this.#part
    const { intervalNs } = this.#levels[index]!
    // Where points have been given up there is nothing finer than the finest rows: one counts where it begins.
    if (!run.hasPoints && index === 0) return alignUp(endNs, intervalNs)
    return alignDown(earlier(endNs, rowsEndNs), intervalNs)
  }

  async #feedRows({ level, intervalNs }: StoredLevel, fromNs: bigint, untilNs: bigint): Promise<void> {
    const { run } = this.#part
    const sink = this.#sink
    if (run.hasPoints && sink.previousNs !== undefined && sink.previousNs < fromNs) await this.#closeAt(fromNs)
    for (let atNs = fromNs; atNs < untilNs; ) {
      const nextNs = earlier(atNs + intervalNs * ROWS_AT_ONCE, untilNs)
      await this.#pace.step()
      for (const block of await run.readRows(level, atNs, nextNs)) {
        const rows = rowSlice(block, intervalNs, Number(atNs / intervalNs), Number(nextNs / intervalNs))
        if (rows) sink.addRows(rows, intervalNs)
      }
      atNs = nextNs
    }
    sink.previousNs = untilNs
  }

  /** Take the time up to `ns`, in which the value of the next point holds. */
  async #closeAt(ns: bigint): Promise<void> {
    const next = await firstPointFrom(this.#part.run, ns)
    if (next) this.#sink.arrive(next.ns, next.value, ns)
  }

  async #feedPoints(beginNs: bigint, endNs: bigint): Promise<void> {
    if (!this.#part.run.hasPoints) return
    for await (const block of pointsOfRun(this.#part.run, beginNs, endNs, this.#pace)) this.#sink.addPoints(block)
  }
}
