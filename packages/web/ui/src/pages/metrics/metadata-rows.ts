import type { MetadataLayers } from "./metrics-api.js"

/** A key of a metric's metadata. */
export interface MetadataRow {
  key: string
  /** What everybody sees; undefined if there is none. */
  value: unknown
  /** What the source has declared, if something else lies over it. */
  declared: unknown
  /** Whether it was set here, over what the source declares. */
  isSet: boolean
}

/** Keys that are shown first, whether they have a value or not. */
const USUAL = ["description", "unit", "quantity", "rate"]
/** Keys that the network itself keeps; the page shows them in words of its own. */
const OWN = new Set(["source", "date", "historic", "hidden", "archived"])

/** The keys of a metric: the usual ones, then others in order. Keys of the document store are left out. */
export function metadataRows({ metadata, declared, overlay }: MetadataLayers): MetadataRow[] {
  const others = [...new Set([...Object.keys(metadata), ...Object.keys(overlay)])]
    .filter((key) => !key.startsWith("_") && !OWN.has(key) && !USUAL.includes(key))
    .sort()
  return [...USUAL, ...others].map((key) => {
    const isSet = Object.hasOwn(overlay, key)
    return { key, value: metadata[key] ?? undefined, declared: isSet ? (declared[key] ?? undefined) : undefined, isSet }
  })
}
