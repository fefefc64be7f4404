import type { RunRef } from "./store-state.js"

/** What a read is about: runs that have nothing to do with it need not be looked at. */
export interface ReadWindow {
  readonly beginNs: bigint
  readonly endNs: bigint
  /** Rows reach so far beyond. */
  readonly marginNs?: bigint
}

interface TimeRange {
  readonly firstNs: bigint
  readonly lastNs: bigint
}

/** So many runs before the window are taken, as a read may ask for the point before the point before. */
const BEFORE = 4
const AFTER = 2

/**
 * The runs that a read of a window can need: those that overlap it, those that overlap these, their nearest neighbours on both sides – with
 * points and without –, and the first and the last of the metric.
 *
 * @param inMemory runs that are read in any case
 */
export function selectRuns(
  refs: readonly RunRef[],
  inMemory: readonly TimeRange[],
  { beginNs, endNs, marginNs = 0n }: ReadWindow,
): RunRef[] {
  const window = { firstNs: beginNs - marginNs, lastNs: endNs + marginNs }
  const hull = hullOf(window, [...refs, ...inMemory])
  const selected = new Set<RunRef>()
  const before: RunRef[] = []
  const after: RunRef[] = []
  for (const ref of refs) {
    if (ref.lastNs < hull.firstNs) before.push(ref)
    else if (ref.firstNs > hull.lastNs) after.push(ref)
    else selected.add(ref)
  }
  before.sort((a, b) => compare(b.lastNs, a.lastNs))
  after.sort((a, b) => compare(a.firstNs, b.firstNs))
  for (const hasPoints of [true, false]) {
    const isOfKind = ({ segment, run }: RunRef) => (segment.runs.rowsOnly[run] === 0) === hasPoints
    for (const ref of nearest(before.filter(isOfKind), BEFORE, ({ lastNs }) => lastNs)) selected.add(ref)
    for (const ref of nearest(after.filter(isOfKind), AFTER, ({ firstNs }) => firstNs)) selected.add(ref)
  }
  const first = refs.reduce<RunRef | undefined>((a, b) => (a && a.firstNs <= b.firstNs ? a : b), undefined)
  const last = refs.reduce<RunRef | undefined>((a, b) => (a && a.lastNs >= b.lastNs ? a : b), undefined)
  return refs.filter((ref) => selected.has(ref) || ref === first || ref === last)
}

/** From the first to the last time of a window and of all that overlaps it. */
function hullOf(window: TimeRange, ranges: readonly TimeRange[]): TimeRange {
  let { firstNs, lastNs } = window
  for (const range of ranges) {
    if (range.lastNs < window.firstNs || range.firstNs > window.lastNs) continue
    if (range.firstNs < firstNs) firstNs = range.firstNs
    if (range.lastNs > lastNs) lastNs = range.lastNs
  }
  return { firstNs, lastNs }
}

/** The first `count`, and those that lie at the same time as the last of them. */
function nearest(refs: readonly RunRef[], count: number, timeOf: (ref: RunRef) => bigint): readonly RunRef[] {
  let end = Math.min(count, refs.length)
  while (end > 0 && end < refs.length && timeOf(refs[end]!) === timeOf(refs[end - 1]!)) end++
  return refs.slice(0, end)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
