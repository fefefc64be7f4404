import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import { alignDown, alignUp, earlier, later } from "./alignment.js"
import { pointAtOrAfter } from "./find-point.js"
import { mergeRows } from "./merge-rows.js"
import type { Pace } from "./pace.js"
import { readPoints } from "./read-points.js"
import { RowBuilder } from "./row-builder.js"
import { rowSlice } from "./row-slice.js"
import { RunFeed, type StoredLevel } from "./run-feed.js"
import { lastPointUntil } from "./run-points.js"
import { runsWithin, type Segment, segmentsOf } from "./segments.js"
import type { Sink } from "./sink.js"

/** A part of a run between others is worth a look at its rows if it is so many of its finest rows long. */
const ROWS_WORTH_IT = 4n

/** What is fed, and how fine. */
export interface WindowQuery {
  readonly runs: readonly Run[]
  readonly parameters: LevelParameters
  /** Coarsest level whose rows the sink takes. */
  readonly maxLevel: number
  readonly beginNs: bigint
  readonly endNs: bigint
}

/** A stretch of time that is fed in one way. */
interface Stretch extends Segment {
  /** From rows and points of the one run it has, point by point, or from rows whose points have been given up. */
  readonly from: "run" | "points" | "rows"
}

/**
 * Feeds a sink with everything of a metric in a window: points with `beginNs` ≤ time < `endNs`, and the time before each point as far as
 * it lies in the window, also that before the first point after it.
 */
export class WindowFeed {
  readonly #sink: Sink
  readonly #query: WindowQuery
  readonly #intervals: readonly bigint[]
  readonly #pace: Pace

  constructor(sink: Sink, query: WindowQuery, pace: Pace) {
    this.#sink = sink
    this.#query = query
    this.#intervals = levelIntervals(query.parameters)
    this.#pace = pace
  }

  async feed(): Promise<void> {
    const { runs, beginNs, endNs } = this.#query
    if (runs.some(({ firstNs }) => firstNs < beginNs)) this.#sink.previousNs = beginNs
    for (const stretch of this.#stretches()) {
      const fromNs = later(stretch.beginNs, beginNs)
      const untilNs = earlier(stretch.endNs, endNs)
      if (fromNs >= untilNs) continue
      if (stretch.from === "run") await this.#feedRun(stretch, fromNs, untilNs)
      else if (stretch.from === "points") await this.#feedPoints(stretch.runs, fromNs, untilNs)
      else await this.#feedRows(stretch, fromNs, untilNs)
    }
    const { previousNs } = this.#sink
    if (previousNs === undefined || previousNs >= endNs) return
    const next = await pointAtOrAfter(runs, endNs)
    if (next) this.#sink.arrive(next.ns, next.value, endNs)
  }

  /** How the time of the window, and of runs that reach beyond it, is fed; neighbours that are fed in one way are one. */
  #stretches(): Stretch[] {
    const { runs, beginNs, endNs } = this.#query
    const within = runsWithin(runs, beginNs, endNs)
    if (within.length === 0) return []
    // Runs beyond the window count where they overlap with runs in it: their points bound the time of values at its ends.
    const firstNs = within.reduce((ns, run) => earlier(ns, run.firstNs), within[0]!.firstNs)
    const lastNs = within.reduce((ns, run) => later(ns, run.lastNs), within[0]!.lastNs)
    const stretches: Stretch[] = []
    for (const segment of segmentsOf(runsWithin(runs, firstNs, lastNs + 1n))) {
      const from = this.#wayOf(segment)
      const before = stretches.at(-1)
      if (before && before.from === from && from !== "run" && before.endNs === segment.beginNs) {
        const both = [...new Set([...before.runs, ...segment.runs])]
        stretches[stretches.length - 1] = { from, beginNs: before.beginNs, endNs: segment.endNs, runs: both }
      } else stretches.push({ ...segment, from })
    }
    return stretches
  }

  #wayOf({ beginNs, endNs, runs }: Segment): Stretch["from"] {
    const [run, other] = runs
    if (run && !other && run.firstNs === beginNs && run.lastNs === endNs - 1n) return "run"
    if (runs.some(({ hasPoints }) => !hasPoints)) return "rows"
    const finest = this.#storedLevels(run!)[0]
    return !other && finest && endNs - beginNs >= ROWS_WORTH_IT * finest.intervalNs ? "run" : "points"
  }

  async #feedRun(stretch: Stretch, beginNs: bigint, endNs: bigint): Promise<void> {
    const run = stretch.runs[0]!
    const hasFirst = beginNs === run.firstNs
    const hasLast = endNs === run.lastNs + 1n
    // Where another run follows, its first value holds back to the last point of this one.
    const isCut = stretch.endNs <= run.lastNs
    const last = isCut ? await lastPointUntil(run, stretch.endNs - 1n) : undefined
    const part = { run, beginNs, endNs, hasFirst, hasLast, rowsEndNs: last ? last.ns : endNs }
    await new RunFeed(this.#sink, part, this.#storedLevels(run), this.#pace).feed()
  }

  async #feedPoints(runs: readonly Run[], beginNs: bigint, endNs: bigint): Promise<void> {
    for await (const block of readPoints(runs, beginNs, endNs, undefined, this.#pace)) this.#sink.addPoints(block)
  }

  /**
   * Feed rows whose points have been given up, where other runs have points or rows, too: these add to the rows, but not to their time. A row
   * counts where it begins, or where the stretch does.
   */
  async #feedRows(stretch: Stretch, beginNs: bigint, endNs: bigint): Promise<void> {
    const runs = [...stretch.runs].sort((a, b) => a.sequence - b.sequence)
    const rowRuns = runs.filter(({ hasPoints, levels }) => !hasPoints && levels.length > 0)
    const level = Math.max(...rowRuns.map(({ levels }) => levels[0]!))
    const intervalNs = this.#intervals[level]
    if (intervalNs === undefined) return
    const fromNs = beginNs === stretch.beginNs ? alignDown(beginNs, intervalNs) : alignUp(beginNs, intervalNs)
    const untilNs = alignUp(endNs, intervalNs)
    const first = rowRuns.find(({ firstNs }) => firstNs === beginNs)
    if (first) this.#sink.arrive(first.firstNs, first.firstValue)
    let rows: RowBlock[] = []
    for (const run of rowRuns) rows = mergeRows(rows, await this.#rowsOf(run, level, fromNs, untilNs), intervalNs)
    const late = new RowBuilder(intervalNs, 0n)
    const lateBeginNs = later(fromNs, stretch.beginNs)
    const lateEndNs = earlier(untilNs, stretch.endNs)
    for await (const block of readPoints(runs, lateBeginNs, lateEndNs, undefined, this.#pace)) late.addPoints(block)
    for (const block of mergeRows(rows, late.finish(), intervalNs)) this.#sink.addRows(block, intervalNs)
    this.#sink.previousNs = endNs === stretch.endNs ? endNs - 1n : endNs
  }

  /** Rows of a level of a run without points, made of finer ones if need be. */
  async #rowsOf(run: Run, level: number, beginNs: bigint, endNs: bigint): Promise<RowBlock[]> {
    const intervalNs = this.#intervals[level]!
    const stored = run.levels.filter((candidate) => candidate <= level).at(-1)!
    const storedNs = this.#intervals[stored]!
    const builder = new RowBuilder(intervalNs, undefined)
    for (const block of await run.readRows(stored, beginNs, endNs)) {
      await this.#pace.step()
      const rows = rowSlice(block, storedNs, Number(beginNs / storedNs), Number(endNs / storedNs))
      if (rows) builder.addRows(rows, storedNs)
    }
    return builder.finish()
  }

  /** The stored levels of a run which the sink takes. */
  #storedLevels(run: Run): StoredLevel[] {
    const stored: StoredLevel[] = []
    for (const level of run.levels) {
      const intervalNs = this.#intervals[level]
      if (level <= this.#query.maxLevel && intervalNs !== undefined) stored.push({ level, intervalNs })
    }
    return stored
  }
}
