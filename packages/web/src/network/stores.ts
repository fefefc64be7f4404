import { createContext, Script } from "node:vm"
import { globToRegExp, isPlainName, type JsonObject, type JsonValue, patternToRegExp } from "@metricq/protocol"

/** Longest time for a regular expression of a configuration. */
const TIMEOUT_MS = 100

const script = new Script("expression.test(name)")

/**
 * Whether a database with this configuration stores a metric, be it by name or by pattern, see the format of configurations of databases.
 * What is wrong in a configuration stores nothing.
 */
export function storesMetric({ metrics, patterns }: JsonObject, name: string): boolean {
  if (Array.isArray(metrics) && metrics.some((entry) => nameOf(entry) === name)) return true
  if (isObject(metrics)) {
    if (Object.hasOwn(metrics, name) && !isPrefix(metrics[name])) return true
    const isBelow = (prefix: string) => name.startsWith(`${prefix}.`) && isPrefix(metrics[prefix])
    if (Object.keys(metrics).some(isBelow)) return true
  }
  return Array.isArray(patterns) && patterns.some((entry) => isMatched(entry, name))
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
