import { type JsonObject, RPCError } from "@metricq/client"
import { levelIntervals } from "@metricq/timeline"
import type { StoragePlan } from "../configuration/storage-plan.js"
import type { Store } from "../store.js"

/** What it is told from. */
export interface StorageParts {
  readonly store: Pick<Store, "info">
  readonly plan: StoragePlan | undefined
}

/**
 * How much is stored of a metric and how: points and bytes, times of the first and the last point, lengths of rows, and how long all is kept.
 *
 * `by` tells which part of the configuration stores it: `metrics`, `patterns`, or null if none does any more. Times and lengths are decimal
 * nanoseconds.
 *
 * @throws {RPCError} if nothing is stored of it
 */
export function storageOf({ store, plan }: StorageParts, metric: string): JsonObject {
  const info = store.info(metric)
  if (info === undefined) throw new RPCError(`nothing is stored of ${metric}`)
  const { firstNs, lastNs, points, inMemory, bytes, parameters } = info
  const rule = plan?.rule(metric)
  const retention = (rule ?? plan)?.retention
  return {
    metric,
    by: rule === undefined ? null : plan?.names(metric) ? "metrics" : "patterns",
    ...{ points, inMemory, bytes, first: textOf(firstNs), last: textOf(lastNs) },
    rows: levelIntervals(parameters).map(String),
    maxGap: textOf(parameters.maxGapNs),
    retention: retention === undefined ? null : { raw: retention.said.raw, levels: { ...retention.said.levels } },
  }
}

function textOf(ns: bigint | undefined): string | null {
  return ns === undefined ? null : String(ns)
}
