import type { JsonObject, JsonValue } from "@metricq/protocol"
import { UsageError } from "../errors.js"

/**
 * What `key=value` arguments and keys to take away say, as for `metadata.set`. A value that is JSON other than null is taken as such, everything
 * else as text.
 *
 * @throws {UsageError} for what is no assignment, a key that is named twice, or nothing at all
 */
export function changeOf(assignments: readonly string[], unset: readonly string[]): JsonObject {
  const change = new Map<string, JsonValue>()
  const put = (key: string, value: JsonValue): void => {
    if (change.has(key)) throw new UsageError(`${key} is there twice`)
    change.set(key, value)
  }
  for (const text of assignments) {
    const at = text.indexOf("=")
    if (at < 1) throw new UsageError(`${text}: expected key=value`)
    put(text.slice(0, at), parsedValue(text.slice(at + 1)))
  }
  for (const key of unset) put(key, null)
  if (change.size === 0) throw new UsageError("nothing to set: say key=value, or --unset key")
  return Object.fromEntries(change)
}

function parsedValue(text: string): JsonValue {
  try {
    return (JSON.parse(text) as JsonValue) ?? text
  } catch {
    return text
  }
}
