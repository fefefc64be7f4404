import type { LevelParameters } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import { lastTime, pointIndex, pointSlice, pointTime } from "../query/block-search.js"
import { mergedPoints, type OnConflicts } from "../query/merge-points.js"
import type { Pace } from "../query/pace.js"
import { levelsWorthStoring } from "../query/run-rows.js"
import { segmentsOf } from "../query/segments.js"
import type { Run } from "../run.js"
import { RunWriter } from "./run-writer.js"
import { SegmentRun } from "./segment-run.js"
import type { SegmentWriter } from "./segment-writer.js"

/** What is to become of runs of one metric. */
export interface MergeOptions {
  readonly metric: number
  readonly parameters: LevelParameters
  /** All have points. */
  readonly runs: readonly Run[]
  /** Times at which another run begins, ascending. */
  readonly cutsNs?: readonly bigint[]
  /** Only points from here on, and before there. */
  readonly beginNs?: bigint
  readonly endNs?: bigint
  /** Levels whose rows are stored; without them those that pay. */
  readonly levels?: readonly number[]
  /** False to keep only the rows; default true. */
  readonly keepPoints?: boolean
  readonly pace: Pace
  readonly onConflicts?: OnConflicts
}

/** Write the points of runs as new ones that do not overlap; returns how many points. Blocks that need no merging are copied as they are. */
export async function mergeRuns(out: SegmentWriter, options: MergeOptions): Promise<number> {
  const { cutsNs = [] } = options
  let cut = 0
  let writer: RunWriter | undefined
  let points = 0
  const finish = () => {
    points += writer?.points ?? 0
    writer?.finish()
    writer = undefined
  }
  for await (const merged of mergedBlocks(options)) {
    for (let from = 0; from < merged.block.offsets.length; ) {
      const firstNs = pointTime(merged.block, from)
      if (cutsNs[cut] !== undefined && cutsNs[cut]! <= firstNs) {
        finish()
        while (cutsNs[cut] !== undefined && cutsNs[cut]! <= firstNs) cut++
      }
      if (writer && writer.points >= out.tuning.runPoints) finish()
      const endNs = cutsNs[cut]
      const isWhole = from === 0 && (endNs === undefined || lastTime(merged.block) < endNs)
      const to = endNs === undefined ? merged.block.offsets.length : pointIndex(merged.block, endNs)
      writer ??= new RunWriter(out, { ...options, levels: options.levels ?? levelsFor(out, options, firstNs, endNs) })
      if (isWhole) writer.add(merged.block, merged.encoded)
      else writer.add(pointSlice(merged.block, from, to))
      from = to
    }
    await out.drain()
    await options.pace.step()
  }
  finish()
  await out.drain()
  return points
}

interface MergedBlock {
  readonly block: PointBlock
  readonly encoded?: Uint8Array
}

/** The points of all runs in order, each time once. */
async function* mergedBlocks({ runs, pace, onConflicts, beginNs, endNs }: MergeOptions): AsyncGenerator<MergedBlock> {
  for (const stretch of segmentsOf(runs)) {
    const fromNs = beginNs !== undefined && beginNs > stretch.beginNs ? beginNs : stretch.beginNs
    const untilNs = endNs !== undefined && endNs < stretch.endNs ? endNs : stretch.endNs
    if (fromNs >= untilNs) continue
    const [run, other] = stretch.runs
    if (!other) yield* blocksWithin(run!, fromNs, untilNs)
    else for await (const block of mergedPoints(stretch.runs, fromNs, untilNs, pace, onConflicts)) yield { block }
  }
}

async function* blocksWithin(run: Run, beginNs: bigint, endNs: bigint): AsyncGenerator<MergedBlock> {
  const blocks: AsyncIterable<MergedBlock> | MergedBlock[] =
    run instanceof SegmentRun
      ? run.encodedPoints(beginNs, endNs)
      : (await run.readPoints(beginNs, endNs)).map((block) => ({ block }))
  for await (const found of blocks) {
    const from = pointIndex(found.block, beginNs)
    const to = pointIndex(found.block, endNs)
    if (from === 0 && to === found.block.offsets.length) yield found
    else if (from < to) yield { block: pointSlice(found.block, from, to) }
  }
}

/** The levels for a run that begins and ends at these times, by how dense the points are there. */
function levelsFor(
  { tuning }: SegmentWriter,
  { runs, parameters, endNs }: MergeOptions,
  fromNs: bigint,
  cutNs: bigint | undefined,
): number[] {
  let untilNs = cutNs ?? endNs ?? 0n
  if (cutNs === undefined) for (const { lastNs } of runs) if (lastNs > untilNs && !endNs) untilNs = lastNs
  let points = 0
  let firstNs = untilNs
  let lastNs = fromNs
  for (const run of runs) {
    const beginNs = run.firstNs > fromNs ? run.firstNs : fromNs
    const stopNs = run.lastNs < untilNs ? run.lastNs : untilNs
    if (beginNs > stopNs) continue
    points += (run.points * (Number(stopNs - beginNs) + 1)) / (Number(run.lastNs - run.firstNs) + 1)
    if (beginNs < firstNs) firstNs = beginNs
    if (stopNs > lastNs) lastNs = stopNs
  }
  return levelsWorthStoring(parameters, { points, firstNs, lastNs }, tuning.pointsPerRow)
}
