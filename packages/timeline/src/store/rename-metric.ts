import { DataError } from "@metricq/protocol"
import type { StoredMetric } from "../catalog/catalog.js"
import { collectPoints, pointColumns } from "../query/point-columns.js"
import { withRuns } from "./run-reader.js"
import type { Store } from "./store.js"

/** Points that are written again at most, where two metrics become one. */
export const MAX_POURED = 4_000_000
/** Points in one append. */
const CHUNK = 100_000
/** Tries to be done with a metric that points still come of. */
const TRIES = 5

/** What giving a metric another name would do. */
export type RenameOutlook =
  /** Only the name changes, whatever there is of it. */
  | { readonly how: "rename"; readonly points: number }
  /** The other name has points already: those of one, `poured`, are written again into the other. */
  | { readonly how: "merge"; readonly points: number; readonly poured: number }
  /** It cannot be done without losing something, or without mixing what does not belong together. */
  | { readonly how: "refused"; readonly points: number; readonly reason: string }

/** What a renaming has done; see {@link RenameOutlook}. */
export type Renamed = Exclude<RenameOutlook, { how: "refused" }>

interface Plan {
  readonly outlook: RenameOutlook
  /** Whose points go into `kept`; undefined where nothing has that name. */
  readonly poured?: StoredMetric
  readonly kept?: StoredMetric
}

/** See `Timeline.renameOutlook`. */
export async function renameOutlook(store: Store, metric: StoredMetric, name: string): Promise<RenameOutlook> {
  return (await planOf(store, metric, name)).outlook
}

/**
 * Give a metric another name. Where that has points already and the two do not contradict each other, they become one.
 *
 * At every moment both names have what belongs to them or the other one has it: after a crash the same call goes on.
 *
 * @throws {DataError} `has-history` if that cannot be; `still-written` if points of the old name go on to come
 */
export async function renameMetric(store: Store, metric: StoredMetric, name: string): Promise<Renamed> {
  const { outlook, poured, kept } = await planOf(store, metric, name)
  if (outlook.how === "refused")
    throw new DataError("has-history", `${metric.name} cannot become ${name}: ${outlook.reason}`)
  const { name: before } = metric
  // From here on the one that stays has the new name; the other has the old one until it is empty.
  if (kept !== undefined && kept.name !== name) await store.rename(kept, name)
  if (poured === undefined || kept === undefined) {
    if (metric.name !== name) await store.rename(metric, name)
    return outlook
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const { points } = store.extentOf(poured.number)
    if (points > 0) await pour(store, poured, kept)
    if (await store.deleteIfStill(poured, points)) return outlook
  }
  throw new DataError("still-written", `points of ${before} go on to come; those so far are under ${name}`)
}

async function planOf(store: Store, metric: StoredMetric, name: string): Promise<Plan> {
  const { points } = store.extentOf(metric.number)
  const other = store.catalog.byName(name)
  if (other === undefined || other === metric) return { outlook: { how: "rename", points } }
  const theirs = store.extentOf(other.number).points
  if (theirs === 0) return { outlook: { how: "rename", points }, poured: other, kept: metric }
  if (points === 0) return { outlook: { how: "rename", points }, poured: metric, kept: other }
  const [small, large] = points <= theirs ? [metric, other] : [other, metric]
  let reason: string | undefined
  // The larger one may lie in a gap of the smaller.
  for (const [poured, kept] of [[small, large] as const, [large, small] as const]) {
    const objected = await objection(store, poured, kept)
    if (objected === undefined) {
      return { outlook: { how: "merge", points, poured: poured === metric ? points : theirs }, poured, kept }
    }
    reason ??= objected
  }
  return { outlook: { how: "refused", points, reason: reason! } }
}

/** False where only rows are left of something. */
function hasAllPoints(store: Store, { number }: StoredMetric): boolean {
  return store.ledger.state.runsOf(number).every(({ segment, run }) => segment.runs.rowsOnly[run] !== 1)
}

/** Why the points of one may not be put to those of the other; undefined if they may. */
async function objection(store: Store, poured: StoredMetric, kept: StoredMetric): Promise<string | undefined> {
  const { firstNs, lastNs, points } = store.extentOf(poured.number)
  if (firstNs === undefined || lastNs === undefined) return undefined
  if (!hasAllPoints(store, poured)) return "both have a history of which points have been given up"
  if (points > MAX_POURED) return `both have more than ${MAX_POURED} points`
  const isOverlapping = store.ledger.state
    .runsOf(kept.number)
    .some((ref) => ref.segment.runs.rowsOnly[ref.run] === 1 && ref.firstNs <= lastNs && ref.lastNs >= firstNs)
  if (isOverlapping) return "both have a history of the same time, of which points have been given up"
  const there = await columnsOf(store, kept, firstNs, lastNs + 1n)
  if (there.times.length === 0) return undefined
  const ours = await columnsOf(store, poured, firstNs, lastNs + 1n)
  return includes(ours, there) ? undefined : "both have points of the same time"
}

/** Whether every point of `some` is in `all`: what has been poured already. */
function includes(
  all: { times: BigInt64Array; values: Float64Array },
  some: { times: BigInt64Array; values: Float64Array },
): boolean {
  let at = 0
  for (let i = 0; i < some.times.length; i++) {
    const ns = some.times[i]!
    while (at < all.times.length && all.times[at]! < ns) at++
    if (all.times[at] !== ns || !Object.is(all.values[at], some.values[i])) return false
  }
  return true
}

async function pour(store: Store, from: StoredMetric, to: StoredMetric): Promise<void> {
  const { times, values } = await columnsOf(store, from, 0n, 2n ** 63n - 1n)
  for (let at = 0; at < times.length; at += CHUNK) {
    await store.queue.append(to.number, times.subarray(at, at + CHUNK), values.subarray(at, at + CHUNK))
  }
}

async function columnsOf(store: Store, metric: StoredMetric, beginNs: bigint, endNs: bigint) {
  return withRuns(store, metric, { beginNs, endNs }, async (runs) =>
    pointColumns(await collectPoints(runs, beginNs, endNs)),
  )
}
