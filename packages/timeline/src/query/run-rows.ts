import type { Aggregate } from "../aggregate.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import { RowBuilder } from "./row-builder.js"
import { Tally } from "./tally.js"

interface LevelRows {
  readonly level: number
  readonly intervalNs: bigint
  readonly builder: RowBuilder
  finished: RowBlock[]
}

/**
 * The rows of a run that is being written, and all its points together.
 *
 * Takes the points of the run once, in order, as they come. Memory is what has not been taken of the rows.
 */
export class RunRows {
  readonly #levels: LevelRows[]
  readonly #tally: Tally

  /** @param levels those whose rows are wanted, ascending; may be empty */
  constructor(parameters: LevelParameters, levels: readonly number[]) {
    const intervals = levelIntervals(parameters)
    this.#levels = levels.map((level) => {
      const intervalNs = intervals[level]!
      return { level, intervalNs, builder: new RowBuilder(intervalNs, parameters.maxGapNs), finished: [] }
    })
    this.#tally = new Tally(parameters.maxGapNs)
  }

  /** Take the next points of the run; `block` is not kept. */
  add(block: PointBlock): void {
    const [finest] = this.#levels
    if (!finest) this.#tally.addPoints(block)
    else {
      finest.builder.addPoints(block)
      this.#cascade((builder) => builder.take())
    }
  }

  /** Take rows of the finest level wanted, or of one that divides it, instead of points. */
  addRows(block: RowBlock, intervalNs: bigint): void {
    this.#levels[0]!.builder.addRows(block, intervalNs)
    this.#cascade((builder) => builder.take())
  }

  /** Take the time from the last point of what has been added to the first of what comes next, if that is given as rows. */
  bridge(previousNs: bigint, ns: bigint, value: number): void {
    const { builder } = this.#levels[0]!
    builder.previousNs = previousNs
    builder.arrive(ns, value)
  }

  /** Everything has been added. */
  finish(): void {
    this.#cascade((builder) => builder.finish())
  }

  /** Blocks of rows of a level that have become complete since they were last asked for; after {@link finish} the last one, too. */
  take(level: number): RowBlock[] {
    const rows = this.#levels.find((candidate) => candidate.level === level)
    if (!rows) return []
    const { finished } = rows
    rows.finished = []
    return finished
  }

  /** All points together; complete after {@link finish}. */
  get total(): Aggregate {
    return { ...this.#tally.aggregate }
  }

  /** Hand the rows that a level has completed on to the next. */
  #cascade(take: (builder: RowBuilder) => RowBlock[]): void {
    this.#levels.forEach((rows, i) => {
      const blocks = take(rows.builder)
      const next = this.#levels[i + 1]
      for (const block of blocks) {
        next?.builder.addRows(block, rows.intervalNs)
        if (i === 0) this.#tally.addRows(block, rows.intervalNs)
      }
      rows.finished.push(...blocks)
    })
  }
}

/** A level with so few rows is as good as the ones above it. */
const FEW_ROWS = 32

/**
 * The levels of a run whose rows pay to be stored, ascending: those with so many points a row on average that rows are small beside the
 * points, up to the one with so few rows that coarser ones are made of them at once.
 */
export function levelsWorthStoring(
  parameters: LevelParameters,
  run: { readonly points: number; readonly firstNs: bigint; readonly lastNs: bigint },
  pointsPerRow = 100,
): number[] {
  const levels: number[] = []
  for (const [level, intervalNs] of levelIntervals(parameters).entries()) {
    const rows = Number(run.lastNs / intervalNs - run.firstNs / intervalNs) + 1
    if (rows === 1) break
    if (run.points < pointsPerRow * rows) continue
    levels.push(level)
    if (rows <= FEW_ROWS) break
  }
  return levels
}
