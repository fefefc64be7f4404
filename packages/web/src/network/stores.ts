import { createContext, Script } from "node:vm"
import { globToRegExp, isPlainName, type JsonObject, type JsonValue, patternToRegExp } from "@metricq/protocol"

/** Longest time for a regular expression of a configuration. */
const TIMEOUT_MS = 100

const script = new Script("expression.test(name)")

/** The part of a database's configuration that stores a metric. */
export interface StorageSource {
  /** `name`: an entry of its own; `prefix`: one for all names that begin like it; `pattern`. */
  readonly by: "name" | "prefix" | "pattern"
  /** The name, the prefix or the pattern. */
  readonly of: string
  /** Where it stands, as a JSON pointer. */
  readonly where: string
  /** What is said of it there; `{}` if nothing. */
  readonly entry: JsonObject
}

/**
 * The part of a configuration of a database that stores a metric, be it by name, by the begin of its name, or by pattern, see the format of
 * configurations of databases; undefined if none does. What is wrong in a configuration stores nothing.
 */
export function storageSource({ metrics, patterns }: JsonObject, name: string): StorageSource | undefined {
  return named(metrics, name) ?? patterned(patterns, name)
}

/** Whether a database with this configuration stores a metric. */
export function storesMetric(config: JsonObject, name: string): boolean {
  return storageSource(config, name) !== undefined
}

/** As {@link storageSource}, as if the metric had no entry of its own. */
export function storageWithoutName({ metrics, patterns }: JsonObject, name: string): StorageSource | undefined {
  const others = isObject(metrics) ? Object.fromEntries(Object.entries(metrics).filter(([key]) => key !== name)) : {}
  return storageSource({ metrics: others, patterns: patterns ?? [] }, name)
}

function named(metrics: JsonValue | undefined, name: string): StorageSource | undefined {
  if (Array.isArray(metrics)) {
    const at = metrics.findIndex((entry) => nameOf(entry) === name)
    return at < 0 ? undefined : { by: "name", of: name, where: `/metrics/${at}`, entry: entryOf(metrics[at]) }
  }
  if (!isObject(metrics)) return undefined
  const own = Object.hasOwn(metrics, name) ? metrics[name] : undefined
  if (own !== undefined && !isPrefix(own)) {
    return { by: "name", of: name, where: `/metrics/${escaped(name)}`, entry: entryOf(own) }
  }
  const prefix = Object.keys(metrics).find((key) => name.startsWith(`${key}.`) && isPrefix(metrics[key]))
  if (prefix === undefined) return undefined
  return { by: "prefix", of: prefix, where: `/metrics/${escaped(prefix)}`, entry: entryOf(metrics[prefix]) }
}

function patterned(patterns: JsonValue | undefined, name: string): StorageSource | undefined {
  if (!Array.isArray(patterns)) return undefined
  const at = patterns.findIndex((entry) => isMatched(entry, name))
  const found = patterns[at]
  if (found === undefined) return undefined
  const of = isObject(found) ? String(found.pattern) : String(found)
  return { by: "pattern", of, where: `/patterns/${at}`, entry: entryOf(found) }
}

const entryOf = (entry: JsonValue | undefined): JsonObject => (isObject(entry) ? entry : {})
const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1")

function nameOf(entry: JsonValue): JsonValue | undefined {
  return isObject(entry) ? entry.name : entry
}

function isPrefix(entry: JsonValue | undefined): boolean {
  return isObject(entry) && entry.prefix === true
}

function isMatched(entry: JsonValue, name: string): boolean {
  if (typeof entry === "string") return matches(entry, name)
  if (!isObject(entry) || typeof entry.pattern !== "string" || !matches(entry.pattern, name)) return false
  const { exclude } = entry
  return !(Array.isArray(exclude) && exclude.some((left) => typeof left === "string" && matches(left, name)))
}

function matches(pattern: string, name: string): boolean {
  try {
    if (isPlainName(pattern)) return pattern === name
    if (!pattern.startsWith("/")) return globToRegExp(pattern).test(name)
    return (
      script.runInContext(createContext({ expression: patternToRegExp(pattern), name }), { timeout: TIMEOUT_MS }) ===
      true
    )
  } catch {
    return false // no pattern, or one that takes for ever
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
