import type { api, MetricQuery } from "../../api.js"

/** Metrics that something is done with: these, or all that a query finds (`total` of them) without some. */
export type MetricTarget = { names: string[] } | { query: MetricQuery; total: number; except: string[] }

/** Where the names of what a query finds come from: the API. */
type Ask = Pick<typeof api, "metrics">

const PAGE = 1000

/** How many metrics they are. */
export function sizeOf(target: MetricTarget): number {
  return "names" in target ? target.names.length : Math.max(0, target.total - target.except.length)
}

/** The first `count` names at most. Rejects as the API. */
export async function firstNames(
  ask: Ask,
  target: MetricTarget,
  count: number,
  signal?: AbortSignal,
): Promise<string[]> {
  if ("names" in target) return target.names.slice(0, count)
  const limit = Math.min(PAGE, count + target.except.length)
  const { metrics } = await ask.metrics({ ...target.query, offset: 0, limit }, signal)
  const left = new Set(target.except)
  return metrics.flatMap(({ name }) => (left.has(name) ? [] : [name])).slice(0, count)
}

/** All names, a thousand in a request; `onRead` is told how many have come. Rejects as the API. */
export async function allNames(
  ask: Ask,
  target: MetricTarget,
  signal?: AbortSignal,
  onRead: (count: number) => void = () => {},
): Promise<string[]> {
  if ("names" in target) return target.names
  const names = new Set<string>()
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const answer = await ask.metrics({ ...target.query, offset, limit: PAGE }, signal)
    total = answer.total
    for (const { name } of answer.metrics) names.add(name)
    onRead(names.size)
  }
  for (const name of target.except) names.delete(name)
  return [...names]
}
