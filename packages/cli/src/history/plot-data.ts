import { type HistoryClient, HistoryRequestType, type HistoryResponse } from "@metricq/client"
import { declaredInterval, type Metadata, Timedelta } from "@metricq/protocol"
import type { TimeRange } from "../options/times.js"
import type { BinBuilder } from "../plot/bins.js"
import type { PlotSeries } from "../plot/plot.js"
import { type Row, rowsOf } from "./rows.js"

/** A value without a word on how often it comes holds for at most so many times the usual distance of points. */
const GAP_INTERVALS = 10

/** Read what a plot of a range needs that has room for `columns` values side by side. */
export async function readSeries(
  client: HistoryClient,
  [name, metadata]: readonly [name: string, metadata: Metadata],
  { begin, end }: TimeRange,
  columns: number,
  signal: AbortSignal,
): Promise<PlotSeries> {
  const intervalMax = Timedelta.fromNs(end.minus(begin).ns / BigInt(columns) || 1n)
  const declaredS = declaredInterval(metadata)?.s
  // The first point behind the end still says what there was before it.
  const edge = end.plus(Timedelta.fromNs(intervalMax.ns + BigInt(Math.round((declaredS ?? 0) * 2e9))))
  const type = HistoryRequestType.flexTimeline
  const response = await client.historyDataRequest(name, begin, edge, intervalMax, { type, signal })
  return { name, unit: unitOf(metadata), fill: fillFrom(response, declaredS, intervalMax.ns) }
}

/** The unit that metadata names; "" for none. */
export function unitOf({ unit }: Metadata): string {
  return typeof unit === "string" ? unit : ""
}

function fillFrom(
  response: HistoryResponse,
  declaredS: number | undefined,
  intervalNs: bigint,
): (builder: BinBuilder) => void {
  if (response.mode === "aggregates") {
    const rows: Row[] = rowsOf(response.timeline, intervalNs)
    return (builder) => builder.addRows(rows)
  }
  const times = response.times
  const values = response.mode === "legacy" ? response.legacy.average : response.points.values
  const intervalS = declaredS ?? usualIntervalS(times)
  const maxGapNs = intervalS === undefined ? undefined : intervalS * 1e9 * GAP_INTERVALS
  return (builder) => builder.addPoints({ times, values }, maxGapNs)
}

/** The distance that half of the points keep, in seconds; undefined for less than three points. */
function usualIntervalS(times: BigInt64Array): number | undefined {
  if (times.length < 3) return undefined
  const steps = Float64Array.from({ length: times.length - 1 }, (_, index) => Number(times[index + 1]! - times[index]!))
  return (steps.sort()[Math.floor(steps.length / 2)] ?? 0) / 1e9 || undefined
}
