import { type HistoryRequest, HistoryRequestType, type HistoryResponseParts } from "@metricq/protocol"
import { lastMeasured } from "../query/find-point.js"
import { badTimeline, badWindow } from "../query/history-answer.js"
import { refuseTooMany } from "../query/history-limits.js"
import { aggregateParts, lastParts } from "../query/history-parts.js"
import type { AnswerHistory, HistoryAnswerOptions, HistorySource } from "../query/history-source.js"
import { compatibleAggregate } from "./compatible-aggregate.js"
import { compatiblePoints } from "./compatible-points.js"
import { compatibleRows } from "./compatible-rows.js"

/**
 * Answers as the original database does, its accidents included; `docs/reference/history.md` lists them.
 *
 * Meant for metrics without longest gap, as the original knows none. Points that mark gaps, which it does not store, are left out, but end
 * the time of the value after them. Sums of aggregates may differ in their last bits, as they are added in another order.
 */
export const compatibleAnswer: AnswerHistory = async (source, request, options = {}) => {
  const { metric } = source
  const { startTimeNs, endTimeNs, intervalMaxNs, type } = request
  if (type === HistoryRequestType.lastValue) return lastParts(metric, await lastMeasured(source.runs, options.signal))
  if (type !== HistoryRequestType.aggregate) {
    if (startTimeNs > endTimeNs) return { metric, error: badTimeline(request) }
    if (intervalMaxNs >= 0n) return compatibleTimeline(source, request, options)
  }
  if (startTimeNs >= endTimeNs) return { metric, error: badWindow(request) }
  const aggregate = await compatibleAggregate(source, startTimeNs, endTimeNs, options.signal)
  return aggregateParts(metric, startTimeNs, aggregate)
}

async function compatibleTimeline(
  source: HistorySource,
  request: HistoryRequest,
  options: HistoryAnswerOptions,
): Promise<HistoryResponseParts> {
  try {
    const isRaw = request.intervalMaxNs < source.parameters.intervalMinNs
    return await (isRaw ? compatiblePoints : compatibleRows)(source, request, options)
  } catch (error) {
    return refuseTooMany(source.metric, request, error)
  }
}
