import { setImmediate } from "node:timers/promises"
import { type JsonObject, Timestamp } from "@metricq/client"
import type { RecentReach } from "@metricq/timeline"
import type { Store } from "../store.js"

/** What a survey looks at: the points of the last minutes, a few of slow metrics in any case, not all of fast ones. */
const MINUTES_NS = 5n * 60n * 1_000_000_000n
const AT_LEAST = 30
const AT_MOST = 2000
/** Work without a break; storing goes on in between. */
const BREAK_AFTER_MS = 2
/** The clock is looked at after so many metrics. */
const METRICS_A_LOOK = 16

/** What is asked for: at most `limit` metrics behind the `next` of the page before. */
export interface SurveyRequest {
  readonly after?: string | undefined
  readonly limit: number
}

type SurveyedStore = Pick<Store, "metricsBehind" | "info" | "recent">

/**
 * A page of a look at all metrics of a store: `metrics` by name with the last point of each and what those of the last minutes are like,
 * `next` if there are more, and `now`, the time of this machine. Metrics without a point are left out.
 *
 * They come in the order in which they were made, so that pages go on where the one before has ended, whatever is added or deleted meanwhile.
 */
export async function surveyPage(
  store: SurveyedStore,
  { after = "0", limit }: SurveyRequest,
  nowNs: () => bigint = () => Timestamp.now().posixNs,
): Promise<JsonObject> {
  const page = store.metricsBehind(Number(after), limit)
  const metrics: Record<string, JsonObject> = {}
  let workedSince = performance.now()
  for (const [i, { name }] of page.entries()) {
    const found = look(store, name, { fromNs: nowNs() - MINUTES_NS, atLeast: AT_LEAST, atMost: AT_MOST })
    if (found) metrics[name] = found
    if (i % METRICS_A_LOOK !== 0 || performance.now() - workedSince < BREAK_AFTER_MS) continue
    await setImmediate()
    workedSince = performance.now()
  }
  const now = String(nowNs())
  return page.length === limit ? { now, metrics, next: String(page.at(-1)!.place) } : { now, metrics }
}

/** undefined for what has no point, or has been deleted meanwhile. */
function look(store: SurveyedStore, name: string, reach: RecentReach): JsonObject | undefined {
  const info = store.info(name)
  if (info?.lastNs === undefined) return undefined
  const recent = store.recent(name, reach)
  if (recent === undefined) return { time: String(info.lastNs), count: 0 }
  const { firstNs, lastNs, lastValue, count, gaps, minimum, maximum } = recent
  return {
    ...{ time: String(lastNs), since: String(firstNs), count, nan: gaps, value: numberOrNull(lastValue) },
    ...(gaps < count ? { min: minimum, max: maximum } : {}),
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
