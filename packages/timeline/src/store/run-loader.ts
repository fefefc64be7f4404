import type { LevelParameters } from "../level-parameters.js"
import { RunRows } from "../query/run-rows.js"
import type { RunEntry } from "../segment/run-entry.js"
import { SegmentRun } from "../segment/segment-run.js"
import type { RunRef } from "./store-state.js"

/** A run of a segment, seen with these parameters. */
export async function loadRun({ segment, run }: RunRef, parameters: LevelParameters): Promise<SegmentRun> {
  const entry = await segment.entry(run)
  if (!entry.hasPoints || entry.parameters.maxGapNs === parameters.maxGapNs) {
    return new SegmentRun(segment, run, entry, parameters)
  }
  const total = await totalWith(parameters, new SegmentRun(segment, run, entry, parameters))
  return new SegmentRun(segment, run, { ...entry, total }, parameters)
}

interface KnownTotal {
  readonly maxGapNs: bigint | undefined
  readonly total: RunEntry["total"]
}

/** Totals that had to be made of the points, as long as the entry is remembered. */
const knownTotals = new WeakMap<RunEntry, KnownTotal>()

/** Active time and integral of a run that was written with another longest gap. */
async function totalWith(parameters: LevelParameters, run: SegmentRun): Promise<RunEntry["total"]> {
  const known = knownTotals.get(run.entry)
  if (known && known.maxGapNs === parameters.maxGapNs) return known.total
  const rows = new RunRows(parameters, [])
  for await (const { block } of run.encodedPoints(run.firstNs, run.lastNs + 1n)) rows.add(block)
  rows.finish()
  knownTotals.set(run.entry, { maxGapNs: parameters.maxGapNs, total: rows.total })
  return rows.total
}
