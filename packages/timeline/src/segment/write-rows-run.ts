import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { alignUp } from "../query/alignment.js"
import type { Pace } from "../query/pace.js"
import { rowSlice } from "../query/row-slice.js"
import { RunRows } from "../query/run-rows.js"
import type { RowBlock } from "../row-block.js"
import { EncodedRows } from "./encoded-rows.js"
import { writeEntry } from "./run-writer.js"
import type { SegmentRun } from "./segment-run.js"
import type { SegmentWriter } from "./segment-writer.js"

/** Which rows are kept. */
export interface RowsRunOptions {
  readonly metric: number
  /** Those with which all the rows were made. */
  readonly parameters: LevelParameters
  /** Runs without points that do not overlap, in order of time. */
  readonly runs: readonly SegmentRun[]
  /** Levels to be kept, ascending: one at least. All runs have rows of the first one or of a finer one. */
  readonly levels: readonly number[]
  /** Rows that lie wholly in this time are kept; without it all are. */
  readonly beginNs?: bigint
  readonly endNs?: bigint
  readonly pace: Pace
}

/**
 * Write the rows of runs whose points have been given up as one run. Where it begins or ends within a run nothing is known of the value
 * there, so it does not hold beyond the rows.
 */
export async function writeRowsRun(out: SegmentWriter, options: RowsRunOptions): Promise<void> {
  const { metric, parameters, runs, levels, pace } = options
  const intervals = levelIntervals(parameters)
  const intervalNs = intervals[levels[0]!]!
  const first = runs[0]!
  const last = runs[runs.length - 1]!
  const beginNs = options.beginNs === undefined ? undefined : alignUp(options.beginNs, intervalNs)
  const endNs = options.endNs === undefined ? undefined : options.endNs - (options.endNs % intervalNs)
  const begin = out.position
  const rows = new RunRows(parameters, levels)
  const encoded = new EncodedRows(levels)
  let firstNs: bigint | undefined
  let lastNs = 0n
  let before: SegmentRun | undefined
  for (const run of runs) {
    if (before) rows.bridge(before.lastNs, run.firstNs, run.firstValue)
    before = run
    const level = run.levels.findLast((stored) => stored <= levels[0]!)!
    const storedNs = intervals[level]!
    for (const block of await run.readRows(level, beginNs ?? run.firstNs, endNs ?? run.lastNs + 1n)) {
      const kept = cut(block, storedNs, beginNs, endNs)
      if (!kept) continue
      firstNs ??= BigInt(kept.rows[0]!) * storedNs
      lastNs = (BigInt(kept.rows[kept.rows.length - 1]!) + 1n) * storedNs - 1n
      rows.addRows(kept, storedNs)
      encoded.takeFrom(rows)
      await pace.step()
    }
  }
  if (firstNs === undefined) return
  rows.finish()
  encoded.takeFrom(rows)
  const { total } = rows
  const cutsFirst = beginNs !== undefined && beginNs > first.firstNs
  const cutsLast = endNs !== undefined && endNs <= last.lastNs
  writeEntry(out, metric, begin, {
    firstNs: cutsFirst ? firstNs : first.firstNs,
    firstValue: cutsFirst ? Number.NaN : first.firstValue,
    lastNs: cutsLast ? lastNs : last.lastNs,
    lastValue: cutsLast ? Number.NaN : last.lastValue,
    points: total.count,
    hasPoints: false,
    total,
    parameters,
    pointBlocks: { lengths: [], counts: [], firstNs: [], lastNs: [] },
    rowBlocks: encoded.write(out, metric),
  })
  await out.drain()
}

function cut(
  block: RowBlock,
  intervalNs: bigint,
  beginNs: bigint | undefined,
  endNs: bigint | undefined,
): RowBlock | undefined {
  const first = beginNs === undefined ? Number.NEGATIVE_INFINITY : Number(beginNs / intervalNs)
  const last = endNs === undefined ? Number.POSITIVE_INFINITY : Number(endNs / intervalNs)
  return rowSlice(block, intervalNs, first, last)
}
