import { DataError } from "./errors.js"
import type { JsonObject, JsonValue } from "./json.js"

/** Deepest nesting of objects in a patch. */
const MAX_DEPTH = 200

/**
 * What a JSON merge patch (RFC 7386) makes of a document: keys of the patch replace those of the document, `null` takes a key away, objects
 * are merged key by key, and everything else – lists, too – is replaced as a whole. Neither is changed; the result may share parts with both.
 *
 * Keys that stay keep their places, new ones come behind them.
 *
 * @throws {DataError} `patch-depth` if objects of the patch are nested more than 200 deep
 */
export function mergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  return merged(document, patch, 0)
}

function merged(document: JsonValue | undefined, patch: JsonObject, depth: number): JsonObject {
  if (depth > MAX_DEPTH) throw new DataError("patch-depth", `the patch is nested more than ${MAX_DEPTH} deep`)
  const result = new Map(Object.entries(isObject(document) ? document : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else if (isObject(value)) result.set(key, merged(result.get(key), value, depth + 1))
    else if (value !== undefined) result.set(key, value)
  }
  return Object.fromEntries(result)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
