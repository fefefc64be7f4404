import type { JsonObject, JsonValue } from "@metricq/protocol"

/** Where a document has exactly this text as a value or a key: JSON pointers (RFC 6901), in the order of the document, at most `limit`. */
export function placesOf(document: JsonObject, text: string, limit: number): string[] {
  const places: string[] = []
  const visit = (value: JsonValue | undefined, pointer: string): void => {
    if (places.length >= limit) return
    if (value === text && places.at(-1) !== pointer) places.push(pointer)
    if (typeof value !== "object" || value === null) return
    for (const [key, item] of Object.entries(value)) {
      const below = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`
      if (key === text && places.length < limit) places.push(below)
      visit(item, below)
    }
  }
  visit(document, "")
  return places
}
