import { type HistoryRequest, HistoryRequestType, type HistoryResponseParts } from "@metricq/protocol"
import type { TimelineRows } from "../answers.js"
import type { PointBlock } from "../point-block.js"
import { pointIndex, pointTime } from "../query/block-search.js"
import { pointAtOrBefore } from "../query/find-point.js"
import { historyLimits } from "../query/history-limits.js"
import { pointParts, rowParts } from "../query/history-parts.js"
import type { HistoryAnswerOptions, HistorySource } from "../query/history-source.js"
import { collectPoints, countPoints, measuredPoints } from "../query/point-columns.js"
import { pointRows } from "../query/point-rows.js"
import { RowBuilder } from "../query/row-builder.js"
import { rowColumns } from "../query/row-columns.js"

/**
 * A timeline below the shortest level: from the point at or before the begin to the last before the end. As values, or as rows of their own
 * in which the first point has no time, whatever was before it; a flexible timeline with more points than rows were asked for is of bins
 * that start at the begin.
 */
export async function compatiblePoints(
  { metric, runs }: HistorySource,
  request: HistoryRequest,
  options: HistoryAnswerOptions,
): Promise<HistoryResponseParts> {
  const { startTimeNs: beginNs, endTimeNs: endNs, intervalMaxNs } = request
  const isFlex = request.type === HistoryRequestType.flexTimeline
  const { rows, points } = historyLimits(options)
  const limit = isFlex ? points : rows
  const fromNs = (await pointAtOrBefore(runs, beginNs))?.ns ?? beginNs
  const blocks = measuredPoints(await collectPoints(runs, fromNs, endNs, { limit, signal: options.signal }))
  if (!isFlex) return rowParts(metric, pointRows(blocks, undefined, undefined))
  const count = BigInt(countPoints(blocks))
  if (count === 0n || (endNs - beginNs) / count >= intervalMaxNs) return pointParts(metric, blocks)
  return rowParts(metric, bins(blocks, beginNs, intervalMaxNs))
}

/**
 * Points from `beginNs` on in bins of an interval. The first bin also has the time before `beginNs` in which the first value holds, so may be
 * active for longer than it is.
 */
function bins(blocks: readonly PointBlock[], beginNs: bigint, intervalNs: bigint): TimelineRows {
  const builder = new RowBuilder(intervalNs, undefined)
  builder.previousNs = 0n
  let before = 0
  let first: number | undefined
  for (const block of blocks) {
    const index = pointIndex(block, beginNs)
    if (index > 0) before = Number(beginNs - pointTime(block, index - 1))
    if (index === block.offsets.length) continue
    first ??= block.values[index]!
    builder.addPoints({ ...block, baseNs: block.baseNs - beginNs }, index)
  }
  const { times, aggregates } = rowColumns(builder.finish(), intervalNs, beginNs)
  if (first !== undefined && before > 0) {
    aggregates.integralNs[0]! += first * before
    aggregates.activeTimeNs[0]! += BigInt(before)
  }
  return { intervalNs, times, aggregates }
}
