import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { Pace } from "../query/pace.js"
import { mergeRuns } from "../segment/merge-runs.js"
import { SegmentRun } from "../segment/segment-run.js"
import type { Throttle } from "../segment/segment-writer.js"
import { writeRowsRun } from "../segment/write-rows-run.js"
import { type CompiledRule, cutoff, type LevelRetention, levelsKept } from "./retention-rule.js"
import { rewriteRuns } from "./rewrite-runs.js"
import { overlapClusters } from "./run-groups.js"
import { loadRun } from "./run-loader.js"
import type { SegmentOutput } from "./segment-output.js"
import type { Store } from "./store.js"
import type { RunRef } from "./store-state.js"

/** Metrics are dealt with in portions of so many bytes, more or less. */
const PORTION_BYTES = 1 << 26

/** What is to be done with the runs of one metric. */
interface Work {
  readonly metric: number
  readonly refs: readonly RunRef[]
  readonly bytes: number
  write(out: SegmentOutput, pace: Pace): Promise<void>
}

/**
 * Give up what rules say is too old. To be called under `maintenance`.
 *
 * @throws the signal's reason; what has been done until then stays
 */
export async function applyRetention(
  store: Store,
  rules: readonly CompiledRule[],
  signal: AbortSignal,
  throttle?: Throttle,
): Promise<void> {
  if (rules.length === 0) return
  const pace = new Pace(signal)
  let portion: Work[] = []
  let bytes = 0
  const rewrite = async () => {
    const works = portion
    portion = []
    bytes = 0
    if (works.length === 0) return
    await rewriteRuns(store, throttle, async (out) => {
      for (const work of works) await work.write(out, pace)
      return works.flatMap(({ refs }) => refs)
    })
  }
  for (const { number, name } of [...store.catalog.metrics()]) {
    const rule = rules.find(({ fits }) => fits(name))
    await pace.step()
    if (!rule) continue
    for (const work of await workOn(store, number, rule)) {
      portion.push(work)
      bytes += work.bytes
    }
    if (bytes >= PORTION_BYTES) await rewrite()
  }
  await rewrite()
}

async function workOn(store: Store, metric: number, rule: CompiledRule): Promise<Work[]> {
  const parameters = store.parametersOf(metric)
  const kept = levelsKept(rule.rows, parameters)
  const nowNs = store.options.now()
  const runs = store.ledger.state.runsOf(metric)
  const isRowsOnly = ({ segment, run }: RunRef) => segment.runs.rowsOnly[run] === 1
  const works: Work[] = []
  if (rule.pointsNs !== undefined) {
    const alignNs = kept[0] ? levelIntervals(parameters)[kept[0].level]! : 1n
    const cutNs = cutoff(nowNs, rule.pointsNs, alignNs)
    for (const refs of overlapClusters(runs.filter((ref) => !isRowsOnly(ref)))) {
      if (refs[0]!.firstNs >= cutNs) continue
      const ageNs = nowNs - (lastOf(refs) < cutNs ? lastOf(refs) : cutNs)
      const young = kept.filter(({ keepNs }) => keepNs === undefined || ageNs < keepNs)
      works.push(givePointsUp(metric, refs, parameters, cutNs, young))
    }
  }
  for (const ref of runs) {
    if (rule.pointsNs === undefined || !isRowsOnly(ref)) continue
    const work = await giveRowsUp(metric, ref, nowNs, rule)
    if (work) works.push(work)
  }
  return works
}

/** Keep rows of what lies before a time, and all of the rest. */
function givePointsUp(
  metric: number,
  refs: readonly RunRef[],
  parameters: LevelParameters,
  cutNs: bigint,
  kept: readonly LevelRetention[],
): Work {
  return {
    metric,
    refs,
    bytes: bytesOf(refs),
    async write(out, pace) {
      const runs = await Promise.all(refs.map((ref) => loadRun(ref, parameters)))
      const options = { metric, parameters, runs, pace }
      const levels = kept.map(({ level }) => level)
      const cutsNs = spanCuts(refs, kept)
      if (levels.length > 0) {
        await mergeRuns(await out.next(), { ...options, endNs: cutNs, levels, keepPoints: false, cutsNs })
      }
      await mergeRuns(await out.next(), { ...options, beginNs: cutNs })
    },
  }
}

/** A run without points is no longer than a sixteenth of the time that its rows are kept, so that it can go as a whole. */
function spanCuts(refs: readonly RunRef[], kept: readonly LevelRetention[]): bigint[] {
  const keptNs = kept.flatMap(({ keepNs }) => (keepNs === undefined ? [] : [keepNs]))
  if (keptNs.length === 0) return []
  const stepNs = keptNs.reduce((a, b) => (a < b ? a : b)) / 16n + 1n
  const lastNs = lastOf(refs)
  const cuts: bigint[] = []
  for (let ns = (refs[0]!.firstNs / stepNs + 1n) * stepNs; ns <= lastNs; ns += stepNs) cuts.push(ns)
  return cuts
}

/** What is to be done with a run that has only rows; undefined if nothing. */
async function giveRowsUp(metric: number, ref: RunRef, nowNs: bigint, rule: CompiledRule): Promise<Work | undefined> {
  const { segment, run, lastNs } = ref
  const isKept = ({ keepNs }: { keepNs?: bigint | undefined }) => keepNs === undefined || nowNs - lastNs < keepNs
  if (rule.rows.length > 0 && rule.rows.every(isKept)) return undefined
  const { parameters, rowBlocks } = await segment.entry(run)
  const finest = rowBlocks[0]?.level ?? 0
  const kept = levelsKept(rule.rows, parameters).filter(isKept)
  const levels = [...new Set(kept.map(({ level }) => Math.max(level, finest)))]
  if (levels[0] === finest) return undefined
  return {
    metric,
    refs: [ref],
    bytes: bytesOf([ref]),
    async write(out, pace) {
      if (levels.length === 0) return
      const whole = new SegmentRun(segment, run, await segment.entry(run), parameters)
      await writeRowsRun(await out.next(), { metric, parameters, runs: [whole], levels, pace })
    },
  }
}

function lastOf(refs: readonly RunRef[]): bigint {
  return refs.reduce((ns, { lastNs }) => (lastNs > ns ? lastNs : ns), 0n)
}

function bytesOf(refs: readonly RunRef[]): number {
  return refs.reduce((sum, { segment, run }) => sum + segment.runBytes(run), 0)
}
