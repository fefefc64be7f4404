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

/**
 * The merge patch that makes `after` of `before`; undefined if they are equal. What is null in `after` cannot be said by a patch: such keys are
 * gone afterwards. The patch shares parts with `after`.
 */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: [string, JsonValue][] = []
  for (const [key, value] of Object.entries(after)) {
    const older = Object.hasOwn(before, key) ? before[key] : undefined
    if (value === undefined || isSame(older, value)) continue
    const inner = isObject(older) && isObject(value) ? patchBetween(older, value) : value
    if (inner !== undefined) patch.push([key, inner])
  }
  for (const [key, value] of Object.entries(before)) {
    const isGone = !Object.hasOwn(after, key) || after[key] === undefined
    if (value !== undefined && isGone) patch.push([key, null])
  }
  return patch.length > 0 ? Object.fromEntries(patch) : undefined
}

function isSame(a: JsonValue | undefined, b: JsonValue): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b))
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
