import { WebError } from "../server/web-error.js"
import type { ApiContext } from "./endpoints.js"
import { filterProperties, findMetrics, type MetricFilter } from "./metric-selection.js"
import { noSuchMetric } from "./no-such-metric.js"
import { metricNames } from "./schemas.js"

/** Names in a request. */
export const MAX_NAMES = 10_000
/** Metrics that a selection may mean. */
const MAX_SELECTED = 100_000
/** Room for so many names, long ones too, and what is to become of each. */
export const TARGETS_BYTES = 8 * 1024 * 1024

/** Metrics that something is done with: these, or all that a filter finds. */
export interface Targets {
  readonly metrics?: readonly string[]
  readonly select?: MetricFilter
}

/** {@link Targets} in the schema of a body. */
export const targetProperties = {
  metrics: metricNames(MAX_NAMES),
  select: { type: "object", properties: filterProperties, additionalProperties: false },
} as const

/**
 * The names that are meant, each once. `states` are looked through where a selection does not say in which.
 *
 * @throws {WebError} `request` for neither or both; `too-large`; `no-such-metric` for a name that nobody knows
 */
export async function namesOf(
  context: ApiContext,
  { metrics, select }: Targets,
  states: readonly NonNullable<MetricFilter["state"]>[] = [],
): Promise<string[]> {
  checkOneOf(metrics, select)
  if (metrics) {
    const names = [...new Set(metrics)]
    await checkKnown(context, names)
    return names
  }
  const asked =
    select!.state === undefined && states.length > 0 ? states.map((state) => ({ ...select, state })) : [select!]
  const found = new Set<string>()
  for (const filter of asked) for (const { name } of await findMetrics(context, filter)) found.add(name)
  if (found.size <= MAX_SELECTED) return [...found]
  const message = `this selects ${found.size} metrics, more than ${MAX_SELECTED} at once`
  throw new WebError("too-large", message, { status: 413, remedy: "select fewer" })
}

/** @throws {WebError} `request` */
export function checkOneOf(metrics: unknown, select: unknown): void {
  if ((metrics === undefined) !== (select === undefined)) return
  throw new WebError("request", 'say which metrics: either "metrics" or "select"')
}

/** @throws {WebError} `no-such-metric` */
export async function checkKnown(context: ApiContext, names: readonly string[]): Promise<void> {
  const unsure = names.filter((name) => !context.catalogue.get(name))
  if (unsure.length === 0) return
  const { metadata } = await context.rpc.rpc("metadata.get", { metrics: unsure }, { repeatable: true, timeout: 10 })
  const unknown = unsure.find((name) => !metadata[name])
  if (unknown !== undefined) throw noSuchMetric(context, unknown)
}

/** What an entry of the audit log is about: the only metric there is, or how many. */
export function subjectOf(names: readonly string[], only: string | undefined): string {
  return names.length === 1 ? names[0]! : names.length === 0 && only ? only : `${names.length} metrics`
}
