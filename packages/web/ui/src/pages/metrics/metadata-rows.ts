/** Keys that the page shows in words of its own. */
const SHOWN = new Set(["source", "rate", "description", "historic", "date"])

/** The rest of a metric's metadata, by key, as text; keys of the document store are left out. */
export function metadataRows(metadata: Readonly<Record<string, unknown>>): { key: string; value: string }[] {
  return Object.entries(metadata)
    .filter(([key, value]) => !key.startsWith("_") && !SHOWN.has(key) && value !== null && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value: typeof value === "string" ? value : JSON.stringify(value) }))
}
