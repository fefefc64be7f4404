import { globToRegExp, type JsonObject, type JsonValue } from "@metricq/client"
import { AnswerBudget, PAGE_REMEDY } from "../answer-budget.js"
import { optionalBoolean, optionalInteger, optionalText, text, textList } from "../arguments.js"
import { RESTORABLE_MS } from "../documents/metadata-limits.js"
import type { MetricSelection } from "../metrics/metric-catalog.js"
import { parsePattern } from "../metrics/pattern.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { metadataByName, metadataDocument } from "./documents.js"
import { selectorOf } from "./get-metrics.js"
import { metadataLayerFunctions } from "./metadata-layers.js"

/** Names on one page unless the request says otherwise, and at most. */
const PAGE = 10_000
const MAX_PAGE = 100_000
/** Documents looked up before the size of the answer is looked at. */
const STEP = 500
/** Bytes of documents on a page; the page ends early where the next would not fit. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Changes in an answer, at most, and unless the request says otherwise. */
const MAX_HISTORY = 50

const FEWER = "ask for fewer metrics at a time"

/** Reading metadata, which is open to all as in `get_metrics`, and changing it, see {@link metadataLayerFunctions}. */
export function metadataFunctions(services: Services): FunctionGroup {
  return {
    "metadata.get": (args) => get(services, args),
    "metadata.list": (args) => list(services, args),
    "metadata.history": (args) => history(services, args),
    "metadata.deleted": (args) => deleted(services, args),
    ...metadataLayerFunctions(services),
  }
}

async function get(services: Services, args: JsonObject): Promise<JsonObject> {
  const names = textList(args, "metrics")
  const metadata = await metadataByName(services, names, FEWER)
  if (!optionalBoolean(args, "layers")) return { metadata }
  const unique = [...new Set(names)]
  const found = await services.documents.metadataLayers(unique)
  const budget = new AnswerBudget(FEWER)
  budget.add(JSON.stringify(metadata).length)
  for (const layers of found) if (layers) budget.add(JSON.stringify(layers).length + 300)
  return { metadata, layers: Object.fromEntries(unique.map((name, at) => [name, found[at] ? { ...found[at] } : null])) }
}

/** A page of names, and where the next one begins if there is one. */
async function list(services: Services, args: JsonObject): Promise<JsonObject> {
  const limit = optionalInteger(args, "limit", 1, MAX_PAGE) ?? PAGE
  const selection = { ...selectionOf(args), after: optionalText(args, "after"), limit: limit + 1 }
  const names = await services.catalog.select(selection, new AnswerBudget(PAGE_REMEDY))
  const page = names.slice(0, limit)
  const next = names.length > limit ? { next: page.at(-1)! } : {}
  if (!optionalBoolean(args, "metadata")) return { metrics: page, ...next }
  const { metrics, last } = await pageOfDocuments(services, page)
  return last === undefined ? { metrics, ...next } : { metrics, next: last }
}

/** Documents of the names as far as they fit; `last` is the name it ended with, if it ended early. */
async function pageOfDocuments({ documents }: Services, names: readonly string[]) {
  const metrics: [string, JsonObject][] = []
  let bytes = 0
  for (let at = 0; at < names.length; at += STEP) {
    for (const document of await documents.getMany("metadata", names.slice(at, at + STEP))) {
      if (!document) continue // deleted since
      bytes += document.sizeBytes + 2 * document.id.length + 80
      if (bytes > PAGE_BYTES && metrics.length > 0)
        return { metrics: Object.fromEntries(metrics), last: metrics.at(-1)?.[0] }
      metrics.push([document.id, metadataDocument(document)])
    }
  }
  return { metrics: Object.fromEntries(metrics), last: undefined }
}

function selectionOf(args: JsonObject): MetricSelection {
  const prefix = optionalText(args, "prefix")
  const infix = optionalText(args, "infix")
  const glob = optionalText(args, "glob")
  const regex = optionalText(args, "regex")
  const given = ["selector", "prefix", "infix", "glob", "regex"].filter(
    (name) => args[name] !== undefined && args[name] !== null,
  )
  if (given.length > 1)
    throw new RequestError(`only one of ${given.map((name) => `"${name}"`).join(" and ")} can be used at a time`)
  if (regex !== undefined) return { pattern: parsePattern(regex) }
  if (glob !== undefined) {
    const { source, flags } = globToRegExp(glob)
    return { pattern: { source, flags } }
  }
  return { ...selectorOf(args), prefix, infix }
}

/** The changes of a metric, newest first. One that never was has none. */
async function history({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  const limit = optionalInteger(args, "limit", 1, MAX_HISTORY) ?? MAX_HISTORY
  return { changes: (await documents.metadataHistory(text(args, "metric"), limit)) as unknown as JsonValue }
}

/** A page of what can be restored, and where the next one begins if there is one. */
async function deleted({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  const limit = optionalInteger(args, "limit", 1, MAX_PAGE) ?? PAGE
  const found: [string, JsonObject][] = []
  for await (const batch of documents.deletedMetadata(optionalText(args, "after"))) {
    for (const { name, deleted } of batch) {
      if (found.length === limit) return { metrics: Object.fromEntries(found), next: found.at(-1)![0] }
      const { time, author, by } = deleted
      const until = new Date(Date.parse(time) + RESTORABLE_MS).toISOString()
      found.push([name, { time, author, ...(by !== undefined && { by }), until }])
    }
  }
  return { metrics: Object.fromEntries(found) }
}
