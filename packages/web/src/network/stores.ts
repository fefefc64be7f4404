import { createContext, Script } from "node:vm"
import { globToRegExp, isPlainName, type JsonObject, type JsonValue, patternToRegExp } from "@metricq/protocol"

/** Longest time for a regular expression of a configuration. */
const TIMEOUT_MS = 100

const script = new Script("expression.test(name)")

/** The entry of a database's configuration by which a metric is stored. */
export interface MatchedStorage {
  readonly part: "metrics" | "patterns"
  readonly entry: JsonValue
  /** Place in the list; of an object: -1. */
  readonly index: number
}

/**
 * Whether a database with this configuration stores a metric, be it by name or by pattern, see the format of configurations of databases.
 * What is wrong in a configuration stores nothing.
 */
export function storesMetric(config: JsonObject, name: string): boolean {
  return matchedStorage(config, name) !== undefined
}

/** By which entry a database with this configuration stores a metric; undefined: by none. */
export function matchedStorage({ metrics, patterns }: JsonObject, name: string): MatchedStorage | undefined {
  if (Array.isArray(metrics)) {
    const index = metrics.findIndex((entry) => nameOf(entry) === name)
    if (index >= 0) return { part: "metrics", entry: metrics[index]!, index }
  }
  if (isObject(metrics)) {
    if (Object.hasOwn(metrics, name) && !isPrefix(metrics[name])) {
      return { part: "metrics", entry: metrics[name]!, index: -1 }
    }
    const isBelow = (prefix: string) => name.startsWith(`${prefix}.`) && isPrefix(metrics[prefix])
    const above = Object.keys(metrics).find(isBelow)
    if (above !== undefined) return { part: "metrics", entry: metrics[above]!, index: -1 }
  }
  const index = Array.isArray(patterns) ? patterns.findIndex((entry) => isMatched(entry, name)) : -1
  return index < 0 ? undefined : { part: "patterns", entry: (patterns as JsonValue[])[index]!, index }
}

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
