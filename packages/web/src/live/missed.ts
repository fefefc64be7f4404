import { type Columns, type HistoryClient, HistoryRequestType, Timedelta, Timestamp } from "@metricq/client"
import type { PendingRow } from "./pending-rows.js"

/** A stretch of time of which a viewer gets nothing, and why. */
export interface Skipped {
  readonly fromNs: bigint
  /** undefined: it is not known how far. */
  readonly toNs: bigint | undefined
  readonly reason: string
}

/** What a viewer has missed of a metric, in pieces in the order of time. */
export type MissedPiece =
  | { readonly kind: "points"; readonly columns: Columns }
  /** Aggregates, as there are too many points; each is of the points from its time on and before the next. */
  | { readonly kind: "rows"; readonly rows: readonly PendingRow[]; readonly upToNs: bigint }
  | { readonly kind: "skipped"; readonly skipped: Skipped }

/** Reads what has come after a time. At most `points` of it singly. Ends early when the signal aborts. */
export type ReadMissed = (
  metric: string,
  afterNs: bigint,
  points: number,
  signal: AbortSignal,
) => AsyncGenerator<MissedPiece, void, undefined>

/** What is older is left out. */
export const longestMissedNs = 7n * 24n * 3600n * 1_000_000_000n

/** About how many rows stand for too many points. */
const rowsInstead = 1000

const pagePoints = 5000
const timeout = 30

/** Reads it from the databases. */
export function missedFrom(history: Pick<HistoryClient, HistoryCalls>): ReadMissed {
  return async function* read(metric, afterNs, points, signal) {
    const nowNs = Timestamp.now().posixNs
    let fromNs = afterNs + 1n
    if (fromNs < nowNs - longestMissedNs) {
      const toNs = nowNs - longestMissedNs
      yield { kind: "skipped", skipped: { fromNs, toNs, reason: "too-long" } }
      fromNs = toNs
    }
    // Of what is stored later, only a part would be read: pages are read one after the other.
    const endNs = ((await lastOf(history, metric, signal)) ?? 0n) + 1n
    while (fromNs < endNs && (await countOf(history, metric, fromNs, endNs, signal)) > points) {
      const piece = await rowsOf(history, metric, fromNs, endNs, signal)
      if (piece === undefined) break
      yield piece
      fromNs = piece.upToNs
    }
    if (fromNs >= endNs) return
    const range = { start: Timestamp.fromNs(fromNs), end: Timestamp.fromNs(endNs), pagePoints, timeout, signal }
    for await (const columns of history.historyRawStream(metric, range)) yield { kind: "points", columns }
  }
}

type HistoryCalls = "historyLastValue" | "historyRawStream" | "historyAggregate" | "historyDataRequest"

async function lastOf(
  history: Pick<HistoryClient, HistoryCalls>,
  metric: string,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  return (await history.historyLastValue(metric, { timeout, signal }))?.timestamp.posixNs
}

async function countOf(
  history: Pick<HistoryClient, HistoryCalls>,
  metric: string,
  fromNs: bigint,
  toNs: bigint,
  signal: AbortSignal,
): Promise<number> {
  const range = { start: Timestamp.fromNs(fromNs), end: Timestamp.fromNs(toNs), timeout, signal }
  return (await history.historyAggregate(metric, range)).count
}

/**
 * Aggregates up to the last of them, which may still grow. Those of a database begin where its intervals do, so what comes before the second
 * one is asked for exactly. Undefined if there is no time to divide.
 */
async function rowsOf(
  history: Pick<HistoryClient, HistoryCalls>,
  metric: string,
  fromNs: bigint,
  toNs: bigint,
  signal: AbortSignal,
): Promise<{ kind: "rows"; rows: readonly PendingRow[]; upToNs: bigint } | undefined> {
  const intervalNs = (toNs - fromNs) / BigInt(rowsInstead)
  if (intervalNs < 1n) return undefined
  const [start, end] = [Timestamp.fromNs(fromNs), Timestamp.fromNs(toNs)]
  const options = { type: HistoryRequestType.flexTimeline, timeout, signal }
  const answer = await history.historyDataRequest(metric, start, end, Timedelta.fromNs(intervalNs), options)
  if (answer.mode === "values" || answer.mode === "empty") return undefined
  const all = [...answer.aggregates()]
  const lastNs = all.at(-1)?.timestamp.posixNs
  const secondNs = all.find(({ timestamp }) => timestamp.posixNs > fromNs)?.timestamp.posixNs
  if (lastNs === undefined || secondNs === undefined || lastNs <= fromNs) return undefined
  const head = await history.historyAggregate(metric, { start, end: Timestamp.fromNs(secondNs), timeout, signal })
  const whole = all.filter(({ timestamp: { posixNs } }) => posixNs >= secondNs && posixNs < lastNs)
  const rows = [rowOf(head, fromNs), ...whole.map((one) => rowOf(one, one.timestamp.posixNs))]
  return { kind: "rows", rows: rows.filter(({ count }) => count > 0), upToNs: lastNs }
}

function rowOf(
  { minimum, maximum, sum, count }: { minimum: number; maximum: number; sum: number; count: number },
  timeNs: bigint,
): PendingRow {
  return { timeNs, minimum, mean: sum / count, maximum, count }
}
