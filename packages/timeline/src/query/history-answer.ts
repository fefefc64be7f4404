import { type HistoryRequest, HistoryRequestType, type HistoryResponseParts } from "@metricq/protocol"
import { lastMeasured, pointAtOrBefore } from "./find-point.js"
import { historyLimits, refuseTooMany } from "./history-limits.js"
import { aggregateParts, lastParts, pointParts, rowParts } from "./history-parts.js"
import type { AnswerHistory, HistoryAnswerOptions, HistorySource } from "./history-source.js"
import { collectPoints } from "./point-columns.js"
import { pointRows } from "./point-rows.js"
import { readAggregate } from "./read-aggregate.js"
import { rowsOfInterval } from "./read-rows.js"
import { rowColumns } from "./row-columns.js"
import { planTimeline } from "./timeline-plan.js"

/** Answers as `docs/reference/history.md` says. */
export const historyAnswer: AnswerHistory = async (source, request, options = {}) => {
  const { metric, runs } = source
  const { startTimeNs, endTimeNs, intervalMaxNs, type } = request
  if (type === HistoryRequestType.lastValue) return lastParts(metric, await lastMeasured(runs, options.signal))
  if (type !== HistoryRequestType.aggregate) {
    if (startTimeNs > endTimeNs) return { metric, error: badTimeline(request) }
    if (intervalMaxNs >= 0n) return timelineAnswer(source, request, options)
  }
  if (startTimeNs >= endTimeNs) return { metric, error: badWindow(request) }
  const aggregate = await readAggregate(runs, source.parameters, startTimeNs, endTimeNs, options.signal)
  return aggregateParts(metric, startTimeNs, aggregate)
}

/** What the original says to a window that is none; clients look for it. */
export function badWindow({ startTimeNs, endTimeNs }: HistoryRequest): string {
  return `invalid request: begin timestamp ${startTimeNs} larger than end timestamp ${endTimeNs}`
}

/** The same for timelines. */
export function badTimeline(request: HistoryRequest): string {
  return `Metric::retrieve(interval_upper_limit) ${badWindow(request)}`
}

async function timelineAnswer(
  source: HistorySource,
  request: HistoryRequest,
  options: HistoryAnswerOptions,
): Promise<HistoryResponseParts> {
  const { metric, runs, parameters } = source
  const { startTimeNs: beginNs, endTimeNs: endNs, intervalMaxNs: maxIntervalNs } = request
  const { signal } = options
  const limits = historyLimits(options)
  const isFlex = request.type === HistoryRequestType.flexTimeline
  try {
    const query = { runs, parameters, beginNs, endNs, maxIntervalNs, merge: isFlex }
    const plan = await planTimeline(query, signal)
    if (plan.kind === "rows") {
      const { intervalNs, maxLevel } = plan
      const rows = await rowsOfInterval({ ...query, maxLevel }, intervalNs, { limit: limits.rows, signal })
      return rowParts(metric, rowColumns(rows, intervalNs))
    }
    // The point at or before the begin tells since when the next value holds, and where a line enters the picture.
    const fromNs = (await pointAtOrBefore(runs, beginNs))?.ns ?? beginNs
    if (isFlex) return pointParts(metric, await collectPoints(runs, fromNs, endNs, { limit: limits.points, signal }))
    const points = await collectPoints(runs, fromNs, endNs, { limit: limits.rows, signal })
    const before = await pointAtOrBefore(runs, fromNs - 1n)
    return rowParts(metric, pointRows(points, before?.ns, parameters.maxGapNs))
  } catch (error) {
    return refuseTooMany(metric, request, error)
  }
}
