import type { Run } from "../run.js"

/** A stretch of time in which the same runs have points: between the first and the last point of each. */
export interface Segment {
  readonly beginNs: bigint
  readonly endNs: bigint
  /** One at least, in order of writing: of points at the same time, that of the last one counts. */
  readonly runs: readonly Run[]
}

interface Border {
  readonly ns: bigint
  readonly run: Run
  readonly begins: boolean
}

/** Where runs lie alone and where they overlap, in order of time; nothing where there is no run. */
export function segmentsOf(runs: readonly Run[]): Segment[] {
  if (runs.length === 1) return [{ beginNs: runs[0]!.firstNs, endNs: runs[0]!.lastNs + 1n, runs }]
  const segments: Segment[] = []
  const active: Run[] = []
  let sinceNs = 0n
  for (const { ns, run, begins } of bordersOf(runs)) {
    if (active.length > 0 && ns > sinceNs) segments.push({ beginNs: sinceNs, endNs: ns, runs: active.slice() })
    sinceNs = ns
    if (begins) active.splice(placeOf(run, active), 0, run)
    else active.splice(active.indexOf(run), 1)
  }
  return segments
}

/** The runs that overlap a window, those that have points on both sides of it included. */
export function runsWithin(runs: readonly Run[], beginNs: bigint, endNs: bigint): Run[] {
  return runs.filter(({ firstNs, lastNs }) => lastNs >= beginNs && firstNs < endNs)
}

function bordersOf(runs: readonly Run[]): Border[] {
  const borders: Border[] = []
  for (const run of runs) {
    borders.push({ ns: run.firstNs, run, begins: true }, { ns: run.lastNs + 1n, run, begins: false })
  }
  return borders.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0))
}

/** Where a run belongs among others in order of writing. */
function placeOf({ sequence }: Run, runs: readonly Run[]): number {
  let place = runs.length
  while (place > 0 && runs[place - 1]!.sequence > sequence) place--
  return place
}
