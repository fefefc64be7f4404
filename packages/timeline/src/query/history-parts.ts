import type { HistoryResponseParts } from "@metricq/protocol"
import type { Aggregate } from "../aggregate.js"
import type { TimelineRows } from "../answers.js"
import type { PointBlock } from "../point-block.js"
import { pointColumns } from "./point-columns.js"
import { newAggregateColumns } from "./row-columns.js"
import type { FoundPoint } from "./run-points.js"

/** One aggregate, stamped with the begin that was asked for. */
export function aggregateParts(metric: string, beginNs: bigint, aggregate: Readonly<Aggregate>): HistoryResponseParts {
  const aggregates = newAggregateColumns(1)
  aggregates.minimum[0] = aggregate.minimum
  aggregates.maximum[0] = aggregate.maximum
  aggregates.sum[0] = aggregate.sum
  aggregates.count[0] = BigInt(aggregate.count)
  aggregates.integralNs[0] = aggregate.integral
  aggregates.activeTimeNs[0] = BigInt(aggregate.activeNs)
  return { metric, times: BigInt64Array.of(beginNs), aggregates }
}

/** Rows as aggregates. */
export function rowParts(metric: string, { times, aggregates }: TimelineRows): HistoryResponseParts {
  return { metric, times, aggregates }
}

/** Points as values. */
export function pointParts(metric: string, blocks: readonly PointBlock[]): HistoryResponseParts {
  return { metric, ...pointColumns(blocks) }
}

/** A point, or none. */
export function lastParts(metric: string, point: FoundPoint | undefined): HistoryResponseParts {
  if (!point) return { metric }
  return { metric, times: BigInt64Array.of(point.ns), values: Float64Array.of(point.value) }
}
