import type { LevelParameters } from "../level-parameters.js"
import { isSameParameters } from "../level-parameters.js"
import type { Pace } from "../query/pace.js"
import { copyRun } from "../segment/copy-run.js"
import { mergeRuns } from "../segment/merge-runs.js"
import type { Segment } from "../segment/segment.js"
import { SegmentRun } from "../segment/segment-run.js"
import type { SegmentWriter } from "../segment/segment-writer.js"
import { WindowSource } from "../segment/window-source.js"
import { writeRowsRun } from "../segment/write-rows-run.js"
import { rowsGroups } from "./rows-groups.js"
import { mergeGroups } from "./run-groups.js"
import type { SegmentOutput } from "./segment-output.js"
import type { LiveSegment, RunRef, StoreState } from "./store-state.js"

/** What is merged, and how. */
export interface MergeJob {
  /** Neighbours in order of writing. */
  readonly inputs: readonly LiveSegment[]
  readonly state: StoreState
  readonly out: SegmentOutput
  parametersOf(metric: number): LevelParameters
  /** False for those that have been deleted: their runs are left out. */
  isStored(metric: number): boolean
  readonly runPoints: number
  readonly pace: Pace
}

/** Write the runs of neighbouring segments anew, merged where it pays; resolves with the conflicts that were found. */
export async function mergeSegments(job: MergeJob): Promise<number> {
  const merge = new SegmentMerge(job)
  for (const [metric, runs] of runsByMetric(job.inputs)) {
    await job.pace.step()
    if (job.isStored(metric)) await merge.metric(metric, runs)
  }
  return merge.conflicts
}

class SegmentMerge {
  conflicts = 0
  readonly #job: MergeJob
  readonly #sources: ReadonlyMap<Segment, WindowSource>

  constructor(job: MergeJob) {
    this.#job = job
    this.#sources = new Map(job.inputs.map(({ segment }) => [segment, new WindowSource(segment)]))
  }

  async metric(metric: number, refs: readonly RunRef[]): Promise<void> {
    const { state, runPoints, out } = this.#job
    const writer = await out.next()
    const others = state.runsOf(metric).filter(({ segment }) => !this.#sources.has(segment))
    const rowsOnly = refs.filter(({ segment, run }) => segment.runs.rowsOnly[run] === 1)
    const withPoints = refs.filter((ref) => !rowsOnly.includes(ref))
    for (const group of mergeGroups(withPoints, others.concat(rowsOnly), runPoints)) {
      await this.#writeGroup(writer, metric, group, others)
    }
    await this.#writeRows(writer, metric, rowsOnly, others.concat(withPoints))
  }

  async #writeRows(
    writer: SegmentWriter,
    metric: number,
    refs: readonly RunRef[],
    others: readonly RunRef[],
  ): Promise<void> {
    const { pace } = this.#job
    const runs: SegmentRun[] = []
    for (const ref of refs) runs.push(await this.#load(ref))
    for (const group of rowsGroups(runs, others)) {
      const { segment, index, levels, entry } = group[0]!
      if (group.length === 1) await copyRun(writer, segment, index, this.#sources.get(segment)!)
      else await writeRowsRun(writer, { metric, parameters: entry.parameters, runs: group, levels, pace })
    }
  }

  async #writeGroup(
    writer: SegmentWriter,
    metric: number,
    group: readonly RunRef[],
    others: readonly RunRef[],
  ): Promise<void> {
    const { parametersOf, pace } = this.#job
    const parameters = parametersOf(metric)
    const runs: SegmentRun[] = []
    for (const ref of group) runs.push(await this.#load(ref, parameters))
    const [only, another] = runs
    if (!another && isSameParameters(only!.entry.parameters, parameters)) {
      return copyRun(writer, only!.segment, only!.index, this.#sources.get(only!.segment)!)
    }
    const onConflicts = (count: number) => {
      this.conflicts += count
    }
    await mergeRuns(writer, { metric, parameters, runs, cutsNs: cutsWithin(group, others), pace, onConflicts })
  }

  /** A run seen with these parameters, or with its own. */
  async #load({ segment, run }: RunRef, parameters?: LevelParameters): Promise<SegmentRun> {
    const source = this.#sources.get(segment)!
    const { runs } = segment
    // The blocks before the entry: they are wanted next.
    await source.read(segment.runBegin(run), Math.min(segment.runBytes(run), 1))
    const entry = segment.decodeEntry(run, await source.read(runs.entryPosition[run]!, runs.entryBytes[run]!))
    return new SegmentRun(segment, run, entry, parameters ?? entry.parameters, source)
  }
}

/** Borders of other runs within a group that overlaps with them. */
function cutsWithin(group: readonly RunRef[], others: readonly RunRef[]): bigint[] {
  const firstNs = group[0]!.firstNs
  const near = others.filter(({ lastNs }) => lastNs >= firstNs)
  return near.flatMap((run) => [run.firstNs, run.lastNs + 1n]).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The runs of segments that count, metric by metric. */
function* runsByMetric(inputs: readonly LiveSegment[]): Generator<[number, RunRef[]]> {
  const places = inputs.map(() => 0)
  for (;;) {
    let metric = Number.POSITIVE_INFINITY
    for (const [i, { segment }] of inputs.entries()) {
      const { runs } = segment
      if (places[i]! < runs.length && runs.metric[places[i]!]! < metric) metric = runs.metric[places[i]!]!
    }
    if (metric === Number.POSITIVE_INFINITY) return
    const refs: RunRef[] = []
    for (const [i, { segment, dead }] of inputs.entries()) {
      const { runs } = segment
      for (; places[i]! < runs.length && runs.metric[places[i]!] === metric; places[i]!++) {
        const run = places[i]!
        if (!dead.has(run)) refs.push({ segment, run, firstNs: runs.firstNs[run]!, lastNs: runs.lastNs[run]! })
      }
    }
    if (refs.length > 0) yield [metric, refs]
  }
}
