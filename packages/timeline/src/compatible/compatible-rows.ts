import { type HistoryRequest, HistoryRequestType, type HistoryResponseParts } from "@metricq/protocol"
import { levelIntervals } from "../level-parameters.js"
import { alignDown, earlier, later } from "../query/alignment.js"
import { lastPoint } from "../query/find-point.js"
import { historyLimits } from "../query/history-limits.js"
import { rowParts } from "../query/history-parts.js"
import type { HistoryAnswerOptions, HistorySource } from "../query/history-source.js"
import { readRows } from "../query/read-rows.js"
import { rowColumns } from "../query/row-columns.js"
import { rowSlice } from "../query/row-slice.js"
import { rowCount, unfolded } from "../query/row-stretch.js"
import { tooMany } from "../query/too-many.js"
import { groupRows } from "./group-rows.js"

/**
 * A timeline of whole rows: from the one that contains the begin to the last that begins before the end, without the one that is still
 * open. Where the level asked for has none, finer ones are tried, but never points.
 */
export async function compatibleRows(
  { metric, runs, parameters }: HistorySource,
  request: HistoryRequest,
  options: HistoryAnswerOptions,
): Promise<HistoryResponseParts> {
  const { startTimeNs: beginNs, endTimeNs: endNs } = request
  const last = lastPoint(runs)
  if (!last) return { metric }
  const intervals = levelIntervals(parameters)
  const longestNs = earlier(request.intervalMaxNs, parameters.intervalMaxNs)
  const firstNs = runs.reduce((ns, run) => earlier(ns, run.firstNs), last.ns)
  const hasClosedRow = (intervalNs: bigint) => {
    return intervalNs <= longestNs && alignDown(later(beginNs, firstNs), intervalNs) + intervalNs <= last.ns
  }
  const wanted = intervals.findLastIndex(hasClosedRow)
  if (wanted < 0) return { metric }
  // An empty window may lie within a row all the same.
  const found = await readRows(runs, parameters, wanted, beginNs, later(endNs, beginNs + 1n), options.signal)
  const { intervalNs } = found
  const untilNs = earlier(alignDown(endNs - 1n, intervalNs) + intervalNs, alignDown(last.ns, intervalNs))
  const closed = found.blocks.flatMap((block) => rowSlice(block, intervalNs, 0, Number(untilNs / intervalNs)) ?? [])
  const limit = historyLimits(options).rows
  if (closed.reduce((sum, block) => sum + rowCount(block, Number(intervalNs)), 0) > limit) throw tooMany("rows", limit)
  const rows = closed.map((block) => unfolded(block, Number(intervalNs)))
  const together = request.type === HistoryRequestType.flexTimeline ? Number(longestNs / intervalNs) : 1
  return rowParts(metric, rowColumns(together > 1 ? groupRows(rows, together) : rows, intervalNs))
}
