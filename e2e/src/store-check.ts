import { cp, rm } from "node:fs/promises"
import { basename } from "node:path"
import { Timeline } from "@metricq/timeline"
import { foundStreams, LARGEST_VALUE, METRICS, type Positions, planName, STREAMS } from "./load-plan.js"
import { aggregateDifference, type HistoryPoint, naiveAggregate } from "./naive-history.js"

const FOR_EVER_NS = 4_000_000_000_000_000_000n
/** Stretches of which the aggregate is compared, for each metric. */
const STRETCHES = 12

/** Copies the folder of a store in which nothing happens, without the lock of the process that has it open. */
export async function copyStore(folder: string, copy: string): Promise<void> {
  await rm(copy, { recursive: true, force: true })
  await cp(folder, copy, { recursive: true, filter: (path) => basename(path) !== "lock" })
}

/** What was found in a store after a crash. */
export interface Found {
  readonly positions: Positions
  readonly openMs: number
}

/**
 * Opens a copy of the folder, so that it stays as the crash has left it, and compares everything in it with what the plan of the load says.
 *
 * @throws {Error} for a point that was lost: one that comes before `stored`; for one that is wrong; and for an aggregate that its points do
 *   not give
 */
export async function checkStore(folder: string, stored: Positions): Promise<Found> {
  const copy = `${folder}.copy`
  await copyStore(folder, copy)
  const began = performance.now()
  const store = await Timeline.open(copy)
  const openMs = performance.now() - began
  try {
    const positions: Positions = []
    for (let metric = 0; metric < METRICS; metric++) positions.push(await checkMetric(store, metric, stored[metric]!))
    return { positions, openMs }
  } finally {
    await store.close()
    await rm(copy, { recursive: true, force: true })
  }
}

async function checkMetric(store: Timeline, metric: number, stored: readonly number[]): Promise<number[]> {
  const name = planName(metric)
  if (!store.metrics().includes(name)) {
    if (stored.some((count) => count > 0)) throw new Error(`${name} is lost`)
    return new Array<number>(STREAMS).fill(0)
  }
  const { times, values } = await store.raw(name, 0n, FOR_EVER_NS)
  const points = Array.from(times, (timeNs, index) => ({ timeNs, value: values[index]! }))
  const found = foundStreams(metric, points)
  for (const [stream, { end, missing }] of found.entries()) {
    if (missing > 0) throw new Error(`${name}, stream ${stream}: ${missing} of ${end} points are missing`)
    if (end < stored[stream]!) throw new Error(`${name}, stream ${stream}: ${stored[stream]} stored, ${end} found`)
  }
  if (points.length > 0) await checkAggregates(store, name, points)
  return found.map(({ end }) => end)
}

async function checkAggregates(store: Timeline, name: string, points: readonly HistoryPoint[]): Promise<void> {
  const firstNs = points[0]!.timeNs
  const spanNs = points.at(-1)!.timeNs - firstNs
  const info = store.info(name)
  if (info?.lastNs !== points.at(-1)!.timeNs) throw new Error(`${name} ends at ${info?.lastNs}, but has a later point`)
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const beginNs = firstNs + (spanNs * BigInt(stretch % 4)) / 7n - 3n
    const endNs = firstNs + spanNs - (spanNs * BigInt(stretch % 3)) / 5n + 1n
    await compare(store, name, points, beginNs, endNs)
  }
  for (const intervalNs of [70_000_000n, 1_000_000_000n, 100_000_000_000n]) {
    await compareRows(store, name, points, intervalNs)
  }
}

async function compare(store: Timeline, name: string, points: readonly HistoryPoint[], beginNs: bigint, endNs: bigint) {
  if (beginNs >= endNs) return
  const { minimum, maximum, sum, count, integralNs, activeTime } = await store.aggregate(name, beginNs, endNs)
  const found = { minimum, maximum, sum, count, integral: integralNs, activeNs: Number(activeTime.ns) }
  const maxGapNs = store.info(name)?.parameters.maxGapNs
  const difference = aggregateDifference(found, naiveAggregate(points, beginNs, endNs, maxGapNs), LARGEST_VALUE)
  if (difference !== undefined) throw new Error(`${name} from ${beginNs} to ${endNs}: ${difference}`)
}

/** Rows of one interval together hold every point once. */
async function compareRows(store: Timeline, name: string, points: readonly HistoryPoint[], maxIntervalNs: bigint) {
  const beginNs = points[0]!.timeNs
  const endNs = points.at(-1)!.timeNs + 1n
  const { times, aggregates } = await store.timeline(name, beginNs, endNs, maxIntervalNs)
  const count = aggregates.count.reduce((sum, rows) => sum + rows, 0n)
  const counted = points.filter(({ value }) => !Number.isNaN(value)).length
  if (count !== BigInt(counted)) {
    throw new Error(`${name}: ${times.length} rows of ${maxIntervalNs} ns hold ${count} points of ${counted}`)
  }
}
