import type { GetMetricsOptions, JsonObject, JsonValue, Metadata } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import type { GrafanaContext } from "./metric-history.js"
import { pythonJson, pythonObject } from "./python-json.js"
import { refuse } from "./request.js"

/** Names that a search by text gives, unless it says how many. */
const usualLimit = 100

/** `/search`: names of metrics, or metadata by name, as JSON. `/…/` is a regular expression; other text begins a component of the name. */
export async function search({ history }: GrafanaContext, request: JsonObject): Promise<string> {
  const { target } = request
  if (typeof target !== "string") throw refuse("target is no text")
  const metadata = Boolean(request.metadata)
  const found = await history.getMetrics({ ...criteria(target, request.limit), metadata })
  const names = Object.keys(found).sort(byCodePoint)
  if (!metadata || names.length === 0) return pythonJson(names)
  return pythonObject(names.map((name) => [name, documentText(found[name])]))
}

function criteria(target: string, limit: JsonValue | undefined): GetMetricsOptions {
  const isPattern = target.length >= 2 && target.startsWith("/") && target.endsWith("/")
  const most = limitOf(limit === undefined && !isPattern ? usualLimit : limit)
  if (!isPattern) return { infix: target, limit: most }
  return { selector: target.slice(1, -1), limit: most }
}

/** Zero, false and null are no limit. */
function limitOf(limit: JsonValue | undefined): number | undefined {
  if (limit === undefined || limit === null || limit === false || limit === 0) return undefined
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit > 0) return limit
  throw refuse("limit is no number of metrics")
}

/** `/metadata`: the document of a metric by its name. */
export async function metadata({ history }: GrafanaContext, request: JsonObject): Promise<string> {
  const { target } = request
  if (typeof target !== "string") throw refuse("target is no text")
  const found = target === "" ? {} : await history.getMetrics({ selector: [target] })
  const document = Object.hasOwn(found, target) ? found[target] : undefined
  if (document === undefined) throw new WebError("not-found", `there is no metric ${target}`, { status: 404 })
  return pythonObject([[target, documentText(document)]])
}

function documentText(document: Metadata | undefined): string {
  return pythonJson((document ?? {}) as JsonObject)
}

/** As Python sorts: by code points. */
export function byCodePoint(a: string, b: string): number {
  const one = [...a]
  const other = [...b]
  for (let i = 0; i < one.length && i < other.length; i++) {
    const difference = one[i]!.codePointAt(0)! - other[i]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return one.length - other.length
}
