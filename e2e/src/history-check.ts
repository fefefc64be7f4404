import { setTimeout as sleep } from "node:timers/promises"
import { type HistoryClient, Timestamp } from "@metricq/client"
import { type FoundStream, foundStreams, LARGEST_VALUE, METRICS, type Positions, planName } from "./load-plan.js"
import { aggregateDifference, type HistoryPoint, naiveAggregate } from "./naive-history.js"

/** A database whose disk was full looks every five seconds whether there is space. */
const QUIET_MS = 8000
const END_NS = 4_000_000_000_000_000_000n

/** All points that a database has of a metric. */
export async function readPoints(history: HistoryClient, metric: string): Promise<HistoryPoint[]> {
  const points: HistoryPoint[] = []
  for await (const { times, values } of history.historyRawStream(metric, { end: Timestamp.fromNs(END_NS) })) {
    for (const [index, timeNs] of times.entries()) points.push({ timeNs, value: values[index]! })
  }
  return points
}

/**
 * Read everything of the plan back.
 *
 * @throws {Error} as `foundStreams`
 */
export async function readPlan(history: HistoryClient): Promise<FoundStream[][]> {
  const found: FoundStream[][] = []
  for (let metric = 0; metric < METRICS; metric++) {
    found.push(foundStreams(metric, await readPoints(history, planName(metric))))
  }
  return found
}

/**
 * Compare the aggregates of some stretches of every metric with what their points give, while nothing is stored.
 *
 * @throws {Error} for an aggregate that they do not give
 */
export async function checkAggregates(history: HistoryClient, maxGapNs?: bigint): Promise<void> {
  for (let metric = 0; metric < METRICS; metric++) {
    const name = planName(metric)
    const points = await readPoints(history, name)
    if (points.length < 2) continue
    const firstNs = points[0]!.timeNs
    const spanNs = points.at(-1)!.timeNs - firstNs
    for (let stretch = 0n; stretch < 6n; stretch++) {
      const beginNs = firstNs + (spanNs * stretch) / 13n + stretch
      const endNs = firstNs + spanNs - (spanNs * stretch) / 11n + 1n
      const difference = await compare(history, name, points, beginNs, endNs, maxGapNs)
      if (difference !== undefined) throw new Error(`${name} from ${beginNs} to ${endNs}: ${difference}`)
    }
  }
}

async function compare(
  history: HistoryClient,
  name: string,
  points: readonly HistoryPoint[],
  beginNs: bigint,
  endNs: bigint,
  maxGapNs: bigint | undefined,
): Promise<string | undefined> {
  const range = { start: Timestamp.fromNs(beginNs), end: Timestamp.fromNs(endNs) }
  const { minimum, maximum, sum, count, integralNs, activeTime } = await history.historyAggregate(name, range)
  const found = { minimum, maximum, sum, count, integral: integralNs, activeNs: Number(activeTime.ns) }
  return aggregateDifference(found, naiveAggregate(points, beginNs, endNs, maxGapNs), LARGEST_VALUE)
}

/** How many of these points are not there. */
export function lossOf(confirmed: Positions, found: FoundStream[][]): number {
  let lost = 0
  for (const [metric, streams] of confirmed.entries()) {
    for (const [stream, count] of streams.entries()) {
      const { end, missing } = found[metric]![stream]!
      lost += missing + Math.max(0, count - end)
    }
  }
  return lost
}

/** How many points were found. */
export function storedIn(found: FoundStream[][]): number {
  return found.flat().reduce((sum, { end, missing }) => sum + end - missing, 0)
}

/**
 * Everything in the database, once nothing is missing any more, or nothing more has come for eight seconds; its aggregates are checked then.
 */
export async function readAll(
  history: HistoryClient,
  confirmed: Positions,
  maxGapNs?: bigint,
): Promise<FoundStream[][]> {
  let changedMs = Date.now()
  let stored = -1
  for (;;) {
    const found = await readPlan(history)
    if (storedIn(found) !== stored) changedMs = Date.now()
    stored = storedIn(found)
    if (lossOf(confirmed, found) === 0 || Date.now() - changedMs > QUIET_MS) {
      await checkAggregates(history, maxGapNs)
      return found
    }
    await sleep(300)
  }
}
