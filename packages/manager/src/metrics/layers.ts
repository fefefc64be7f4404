import type { JsonObject } from "@metricq/client"

/** The metadata of a metric in layers: what everybody reads is `declared` with `overlay` over it. */
export interface LayeredMetadata {
  /** From sources, and what the manager and databases note themselves. */
  readonly declared: JsonObject
  /** From administrators. */
  readonly overlay: JsonObject
}

/** What is kept beside the document that everybody reads, for a metric that has an overlay. */
export interface StoredLayers {
  readonly overlay: JsonObject
  /** What is declared for keys of the overlay. */
  readonly beneath: JsonObject
}

/** The layers of a document; without anything beside it, all of it is declared. */
export function layersOf(document: JsonObject, stored: StoredLayers | undefined): LayeredMetadata {
  if (stored === undefined) return { declared: document, overlay: {} }
  const { overlay, beneath } = stored
  // In the order of the document, so that laying the overlay over it again makes the same document.
  const declared: JsonObject = {}
  for (const [key, value] of Object.entries(document)) {
    if (!Object.hasOwn(overlay, key)) declared[key] = value
    else if (Object.hasOwn(beneath, key)) declared[key] = beneath[key]!
  }
  return { declared, overlay }
}

/** The document of layers, and what must be kept beside it; the inverse of {@link layersOf}. */
export function flatten({ declared, overlay }: LayeredMetadata): {
  document: JsonObject
  stored: StoredLayers | undefined
} {
  const keys = Object.keys(overlay)
  if (keys.length === 0) return { document: declared, stored: undefined }
  const beneath: JsonObject = {}
  for (const key of keys) if (Object.hasOwn(declared, key)) beneath[key] = declared[key]!
  return { document: { ...declared, ...overlay }, stored: { overlay, beneath } }
}
