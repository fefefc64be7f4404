import { checkMetricName, globToRegExp, type JsonObject } from "@metricq/client"
import { AnswerBudget, PAGE_REMEDY } from "../answer-budget.js"
import { isObject, object, optionalBoolean, optionalInteger, optionalText, textList } from "../arguments.js"
import type { MetricSelection } from "../metrics/metric-catalog.js"
import { parsePattern } from "../metrics/pattern.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { metadataByName, metadataDocument } from "./documents.js"
import { selectorOf } from "./get-metrics.js"

/** Names on one page unless the request says otherwise, and at most. */
const PAGE = 10_000
const MAX_PAGE = 100_000
/** Documents looked up before the size of the answer is looked at. */
const STEP = 500
/** Bytes of documents on a page; the page ends early where the next would not fit. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Reading and changing metadata. Reading is open to all, as in `get_metrics`; changing is for administrators. */
export function metadataFunctions(services: Services): FunctionGroup {
  return {
    "metadata.get": (args) => get(services, args),
    "metadata.list": (args) => list(services, args),
    "metadata.set": async (args, context) => {
      services.administrators.check(context)
      return set(services, args)
    },
    "metadata.delete": async (args, context) => {
      services.administrators.check(context)
      return remove(services, args)
    },
  }
}

async function get(services: Services, args: JsonObject): Promise<JsonObject> {
  return { metadata: await metadataByName(services, textList(args, "metrics"), "ask for fewer metrics at a time") }
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

/** Merge: a value replaces the stored one, null removes the key. Documents that are not there are made. */
async function set({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  const changes = new Map<string, JsonObject>()
  for (const [name, change] of Object.entries(object(args, "metadata"))) {
    checkMetricName(name)
    if (!isObject(change)) throw new RequestError(`the metadata of "${name}" must be an object`)
    const reserved = Object.keys(change).find((key) => key.startsWith("_"))
    if (reserved !== undefined) throw new RequestError(`the metadata of "${name}" cannot have the key "${reserved}"`)
    changes.set(name, change)
  }
  await documents.update("metadata", [...changes.keys()], (name, current) => {
    const merged = Object.entries({ ...current, ...changes.get(name) })
    return Object.fromEntries(merged.filter(([key, value]) => value !== null || !(key in changes.get(name)!)))
  })
  return {}
}

async function remove({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  return { deleted: await documents.update("metadata", [...new Set(textList(args, "metrics"))], () => null) }
}
