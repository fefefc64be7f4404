import type { Client } from "@metricq/client"
import { isPlainName, type Metadata, patternToRegExp } from "@metricq/protocol"

/** Metrics by name, in the order of names. */
export type MetricList = ReadonlyMap<string, Metadata>

/**
 * The known metrics whose names match one of `patterns`, with their metadata, at most `limit` of them.
 *
 * Patterns are globs on dotted names, or regular expressions between slashes. Only `get_metrics` is used, as every manager has it.
 */
export async function findMetrics(client: Client, patterns: readonly string[], limit?: number): Promise<MetricList> {
  const found = new Map<string, Metadata>()
  for (const selector of selectorsOf(patterns)) {
    const answer = await client.getMetrics({ selector, limit })
    for (const [name, metadata] of Object.entries(answer)) found.set(name, metadata)
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(sorted.slice(0, limit))
}

/**
 * Patterns as `get_metrics` takes them: one list of all plain names, a regular expression for each other pattern, and `undefined`
 * alone where a pattern means every name.
 *
 * @throws {DataError} `pattern` for what is no pattern
 */
export function selectorsOf(patterns: readonly string[]): (string | string[] | undefined)[] {
  if (patterns.includes("**")) return [undefined]
  const names = patterns.filter((pattern) => isPlainName(pattern))
  const expressions = patterns
    .filter((pattern) => !isPlainName(pattern))
    .map((pattern) => patternToRegExp(pattern).source)
  return names.length > 0 ? [[...new Set(names)], ...expressions] : expressions
}
