import type { JsonObject, JsonValue } from "@metricq/client"
import type { Identity } from "../access/identity.js"
import { WebError } from "../server/web-error.js"

/** A change of a configuration: what is stored, if anything is, and what will be. */
export interface ConfigChange {
  readonly before: JsonObject | undefined
  readonly after: JsonObject
}

/**
 * How long databases keep points is the affair of administrators: what goes there does not come back.
 *
 * @throws {WebError} `retention` (403) if another changes a key `retention`, wherever it stands, in the configuration of a database
 */
export function checkRetention(identity: Identity, token: string, { before = {}, after }: ConfigChange): void {
  if (identity.role === "administrator" || !(isDatabase(token, before) || isDatabase(token, after))) return
  if (JSON.stringify(retentionsOf(before)) === JSON.stringify(retentionsOf(after))) return
  const text = `how long ${token} keeps points is ruled by administrators, and ${identity.name} is ${identity.role}`
  throw new WebError("retention", text, { status: 403, remedy: "leave retention as it is, or ask an administrator" })
}

function isDatabase(token: string, config: JsonObject): boolean {
  const { "x-metricq": settings } = config
  const kind = isObject(settings) ? settings.kind : undefined
  return kind === undefined ? /^db(-|$)/.test(token) : kind === "db"
}

/** Everything that says how long: each key with what it is for. */
function retentionsOf({ retention, metrics, patterns }: JsonObject): JsonValue[] {
  const named = isObject(metrics) ? Object.entries(metrics) : []
  const listed = Array.isArray(patterns)
    ? patterns.filter(isObject).map((entry) => [entry.pattern, entry] as const)
    : []
  const ruled = [...named, ...listed].flatMap(([name, entry]) =>
    isObject(entry) && entry.retention !== undefined ? [[name ?? null, entry.retention]] : [],
  )
  return [sorted(retention ?? null), ...ruled.map(([name, rule]) => [name as JsonValue, sorted(rule as JsonValue)])]
}

/** The same rule may be written in another order. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as JsonValue)]))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
