import type { Columns } from "@metricq/protocol"
import type { Timeline } from "@metricq/timeline"

/** Points of a page, about; one with more than four times as many is asked for again in parts. */
const PAGE_POINTS = 65_536
const MOST_POINTS = 4 * PAGE_POINTS

/** The points of a metric of an open store with `beginNs` ≤ time < `endNs`, in their order, some megabytes at a time. */
export async function* timelinePoints(
  timeline: Pick<Timeline, "info" | "raw">,
  metric: string,
  range: { readonly beginNs: bigint; readonly endNs: bigint },
  signal?: AbortSignal,
): AsyncGenerator<Columns> {
  const info = timeline.info(metric)
  if (info?.firstNs === undefined || info.lastNs === undefined) return
  const endNs = range.endNs < info.lastNs + 1n ? range.endNs : info.lastNs + 1n
  let spanNs = pageSpan(info.lastNs + 1n - info.firstNs, info.points)
  for (let fromNs = range.beginNs > info.firstNs ? range.beginNs : info.firstNs; fromNs < endNs; ) {
    signal?.throwIfAborted()
    const toNs = endNs - fromNs < spanNs ? endNs : fromNs + spanNs
    const page = await readPage(timeline, metric, fromNs, toNs, signal)
    if (!page) {
      spanNs = halfOf(toNs - fromNs)
      continue
    }
    if (page.times.length > 0) yield page
    spanNs = page.times.length < PAGE_POINTS / 4 ? 4n * (toNs - fromNs) : pageSpan(toNs - fromNs, page.times.length)
    fromNs = toNs
  }
}

/** Undefined if there are too many points for a page, and the time can be divided. */
async function readPage(
  timeline: Pick<Timeline, "raw">,
  metric: string,
  fromNs: bigint,
  toNs: bigint,
  signal: AbortSignal | undefined,
): Promise<Columns | undefined> {
  try {
    return await timeline.raw(metric, fromNs, toNs, { limit: MOST_POINTS, signal })
  } catch (error) {
    if ((error as { code?: unknown }).code !== "too-many" || toNs - fromNs <= 1n) throw error
    return undefined
  }
}

/** The time in which a page's points lie where `points` lie in `spanNs`. */
function pageSpan(spanNs: bigint, points: number): bigint {
  const span = (spanNs * BigInt(PAGE_POINTS)) / BigInt(Math.max(points, 1))
  return span > 0n ? span : 1n
}

function halfOf(ns: bigint): bigint {
  return ns > 1n ? ns / 2n : 1n
}
