import { type Aggregate, emptyAggregate } from "../aggregate.js"
import { earlier, later } from "../query/alignment.js"
import { lastPoint } from "../query/find-point.js"
import type { HistorySource } from "../query/history-source.js"
import { readAggregate } from "../query/read-aggregate.js"

/**
 * The aggregate of a window that is cut to the time from the first to the last point of the metric. So the last point never counts, though
 * its value is in minimum, maximum and integral; of a single point nothing else is left.
 */
export async function compatibleAggregate(
  { runs, parameters }: HistorySource,
  beginNs: bigint,
  endNs: bigint,
  signal?: AbortSignal,
): Promise<Aggregate> {
  const last = lastPoint(runs)
  if (!last) return emptyAggregate()
  const firstNs = runs.reduce((ns, run) => earlier(ns, run.firstNs), last.ns)
  if (endNs <= firstNs || beginNs > last.ns) return emptyAggregate()
  const fromNs = later(beginNs, firstNs)
  const untilNs = earlier(endNs, last.ns)
  if (fromNs < untilNs) return readAggregate(runs, parameters, fromNs, untilNs, signal)
  return { ...emptyAggregate(), minimum: last.value, maximum: last.value }
}
