import { Pace } from "../query/pace.js"
import { mergeRuns } from "../segment/merge-runs.js"
import { SegmentRun } from "../segment/segment-run.js"
import { writeRowsRun } from "../segment/write-rows-run.js"
import { rewriteRuns } from "./rewrite-runs.js"
import { overlapClusters } from "./run-groups.js"
import { loadRun } from "./run-loader.js"
import type { SegmentOutput } from "./segment-output.js"
import type { Store } from "./store.js"
import type { RunRef } from "./store-state.js"

/**
 * Write all runs of a metric that have points with `beginNs` ≤ time < `endNs` anew without them. Where only rows are left, those that reach
 * into this time go. To be called under `maintenance`, after a checkpoint.
 */
export async function deleteRange(
  store: Store,
  metric: number,
  beginNs: bigint,
  endNs: bigint,
  signal: AbortSignal,
): Promise<void> {
  const runs = store.ledger.state.runsOf(metric)
  const touches = ({ firstNs, lastNs }: RunRef) => firstNs < endNs && lastNs >= beginNs
  const isRowsOnly = ({ segment, run }: RunRef) => segment.runs.rowsOnly[run] === 1
  const clusters = overlapClusters(runs.filter((ref) => !isRowsOnly(ref))).filter((refs) => refs.some(touches))
  const rowsOnly = runs.filter((ref) => isRowsOnly(ref) && touches(ref))
  if (clusters.length + rowsOnly.length === 0) return
  const pace = new Pace(signal)
  await rewriteRuns(store, undefined, async (out, onConflicts) => {
    const parameters = store.parametersOf(metric)
    for (const refs of clusters) {
      const whole = await Promise.all(refs.map((ref) => loadRun(ref, parameters)))
      const options = { metric, parameters, runs: whole, pace, onConflicts }
      await mergeRuns(await out.next(), { ...options, endNs: beginNs })
      await mergeRuns(await out.next(), { ...options, beginNs: endNs })
    }
    for (const ref of rowsOnly) await cutRows(out, metric, ref, beginNs, endNs, pace)
    return [...clusters.flat(), ...rowsOnly]
  })
}

async function cutRows(
  out: SegmentOutput,
  metric: number,
  { segment, run }: RunRef,
  beginNs: bigint,
  endNs: bigint,
  pace: Pace,
): Promise<void> {
  const entry = await segment.entry(run)
  const { parameters } = entry
  const whole = new SegmentRun(segment, run, entry, parameters)
  const options = { metric, parameters, runs: [whole], levels: whole.levels, pace }
  if (beginNs > whole.firstNs) await writeRowsRun(await out.next(), { ...options, endNs: beginNs })
  if (endNs <= whole.lastNs) await writeRowsRun(await out.next(), { ...options, beginNs: endNs })
}
