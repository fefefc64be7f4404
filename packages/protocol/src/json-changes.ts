import type { JsonObject, JsonValue } from "./json.js"

/** One place at which two documents differ. */
export interface JsonChange {
  /** As errors of a check name it: `hosts[0].port`. */
  readonly path: string
  /** Absent where the older document has nothing there. */
  readonly before?: JsonValue
  /** Absent where the newer document has nothing there. */
  readonly after?: JsonValue
}

/**
 * Where two documents differ, in the order of the newer one, what it no longer has at the end; as deep within objects, and within lists of
 * equal length, as they have something in common. The order of keys is no difference. The values are those of the documents, not copies.
 */
export function jsonChanges(before: JsonObject, after: JsonObject): JsonChange[] {
  const changes: JsonChange[] = []
  compare(changes, before, after, "")
  return changes
}

function compare(changes: JsonChange[], before: JsonValue, after: JsonValue, path: string): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) {
    for (const [key, value] of Object.entries(after)) {
      if (value === undefined) continue
      const older = Object.hasOwn(before, key) ? before[key] : undefined
      if (older === undefined) changes.push({ path: below(path, key), after: value })
      else compare(changes, older, value, below(path, key))
    }
    for (const [key, value] of Object.entries(before)) {
      const isGone = !Object.hasOwn(after, key) || after[key] === undefined
      if (value !== undefined && isGone) changes.push({ path: below(path, key), before: value })
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [i, value] of after.entries()) compare(changes, before[i] as JsonValue, value, `${path}[${i}]`)
  } else changes.push({ path, before, after })
}

function below(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === "" ? key : `${path}.${key}`
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
