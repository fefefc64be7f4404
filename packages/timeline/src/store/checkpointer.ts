import type { Head } from "../head/head.js"
import type { Heads } from "../head/heads.js"
import type { LevelParameters } from "../level-parameters.js"
import { Pace } from "../query/pace.js"
import { levelsWorthStoring } from "../query/run-rows.js"
import { mergeRuns } from "../segment/merge-runs.js"
import { RunWriter } from "../segment/run-writer.js"
import type { Segment, SegmentContext } from "../segment/segment.js"
import { SegmentWriter } from "../segment/segment-writer.js"
import { reopen } from "./reopen.js"
import type { RunRef, StoreState } from "./store-state.js"

/** What a checkpoint is made of. */
export interface CheckpointJob {
  readonly context: SegmentContext
  readonly heads: Heads
  /** Number of the segment to be written. */
  readonly number: number
  readonly state: StoreState
  parametersOf(metric: number): LevelParameters
  /** False for those that have been deleted meanwhile. */
  isStored(metric: number): boolean
  readonly signal: AbortSignal
}

/** What came of it. */
export interface Checkpoint {
  /** Undefined if there were no points. */
  readonly segment: Segment | undefined
  readonly conflicts: number
  /** Metrics that have got a run that overlaps others. */
  readonly overlapping: readonly number[]
}

/**
 * Write the points of heads to a segment.
 *
 * @throws {StorageError} as the disk fails, and the signal's reason; then nothing is left of it
 */
export async function writeCheckpoint(job: CheckpointJob): Promise<Checkpoint> {
  const { context, heads, number, signal } = job
  const out = new SegmentWriter(context, number, heads.sequence)
  const pace = new Pace(signal)
  const overlapping: number[] = []
  let conflicts = 0
  try {
    await out.begin()
    for (const metric of heads.numbers()) {
      if (!job.isStored(metric)) continue
      const head = heads.get(metric)!
      const others = job.state.runsOf(metric)
      const parameters = job.parametersOf(metric)
      if (!head.hasLate && areBefore(others, head)) {
        await writeInOrder(out, metric, head, parameters, pace)
        continue
      }
      const runs = head.runs(heads.sequence, parameters)
      const before = out.runs
      conflicts += head.conflicts
      const onConflicts = (count: number) => {
        conflicts += count
      }
      await mergeRuns(out, { metric, parameters, runs, cutsNs: cutsFor(head, others), pace, onConflicts })
      if (overlapsAny(out, before, others)) overlapping.push(metric)
    }
    if (out.isEmpty) {
      await out.abandon()
      return { segment: undefined, conflicts, overlapping }
    }
    await out.finish()
    return { segment: await reopen(context, number), conflicts, overlapping }
  } catch (error) {
    await out.abandon()
    throw error
  }
}

/** Points that came in order, and after all that are in segments: as they are. */
async function writeInOrder(
  out: SegmentWriter,
  metric: number,
  head: Head,
  parameters: LevelParameters,
  pace: Pace,
): Promise<void> {
  const run = { points: head.points, ...head.range() }
  const levels = levelsWorthStoring(parameters, run, out.tuning.pointsPerRow)
  let writer: RunWriter | undefined
  for (const block of head.blocks()) {
    if (block.offsets.length === run.points && run.points <= out.tuning.blockPoints) {
      writer = new RunWriter(out, { metric, parameters, levels })
      writer.addAll(block)
      break
    }
    writer ??= new RunWriter(out, { metric, parameters, levels })
    writer.add(block)
    if (writer.points >= out.tuning.runPoints) {
      writer.finish()
      writer = undefined
    }
    await out.drain()
    await pace.step()
  }
  writer?.finish()
}

function areBefore(others: readonly RunRef[], head: Head): boolean {
  const { firstNs } = head.range()
  return others.every(({ lastNs }) => lastNs < firstNs)
}

/** Whether one of the runs written from place `from` on overlaps one of those there are. */
function overlapsAny(out: SegmentWriter, from: number, others: readonly RunRef[]): boolean {
  for (let run = from; run < out.runs; run++) {
    const { firstNs, lastNs } = out.rangeOf(run)
    if (others.some((other) => other.firstNs <= lastNs && other.lastNs >= firstNs)) return true
  }
  return false
}

/**
 * Where the points of a head are cut into several runs: behind each other run, where that lies between them, so that late points do not make
 * a run that overlaps everything since.
 */
function cutsFor(head: Head, others: readonly RunRef[]): bigint[] {
  const { firstNs } = head.range()
  const ends = others.filter(({ lastNs }) => lastNs >= firstNs).flatMap((run) => [run.firstNs, run.lastNs + 1n])
  return ends.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
