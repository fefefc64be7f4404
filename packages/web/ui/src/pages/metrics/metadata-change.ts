/** What a field of a form says about one key of metadata. */
export interface KeyDraft {
  key: string
  /** What was typed; only with `isSet`. */
  text: string
  /** `keep`: leave it; `set`: the text; `back`: take away what was set here, so that the source's value shows again. */
  deed: "keep" | "set" | "back"
}

/** A change of metadata as the API takes it; null takes away what was laid over the source's value. */
export type MetadataChange = Record<string, unknown>

/** Keys whose values are text whatever they look like. */
const TEXTS = new Set(["unit", "description", "quantity", "display_context"])
/** What the network itself keeps; other deeds change these. */
const RESERVED = new Set(["source", "date", "historic", "hidden", "archived"])

/** A value as it was typed for a key: JSON where it is such, else text. */
export function valueFrom(key: string, text: string): unknown {
  if (TEXTS.has(key)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A value as it stands in a field; texts that would be read as something else are quoted. */
export function textOf(key: string, value: unknown): string {
  if (value === undefined || value === null) return ""
  if (typeof value !== "string") return JSON.stringify(value)
  return valueFrom(key, value) === value ? value : JSON.stringify(value)
}

/** Why there can be no key of this name: `empty`, `reserved` (the network's own), or `taken` by another row; undefined if there can. */
export function keyProblem(key: string, others: readonly string[]): "empty" | "reserved" | "taken" | undefined {
  const name = key.trim()
  if (name === "") return "empty"
  if (RESERVED.has(name) || name.startsWith("_")) return "reserved"
  return others.includes(name) ? "taken" : undefined
}

/** What the drafts change; empty if nothing. */
export function changeOf(drafts: readonly KeyDraft[]): MetadataChange {
  const change: MetadataChange = {}
  for (const { key, text, deed } of drafts) {
    if (deed === "back") change[key.trim()] = null
    if (deed === "set") change[key.trim()] = valueFrom(key.trim(), text)
  }
  return change
}

/** The value that all these have for a key; `several` if they differ, undefined if none has one. */
export function commonValue(
  list: readonly Readonly<Record<string, unknown>>[],
  key: string,
): { value: unknown } | "several" | undefined {
  const texts = new Set(list.map((metadata) => JSON.stringify(metadata[key] ?? null)))
  if (texts.size > 1) return "several"
  const value = list[0]?.[key] ?? undefined
  return value === undefined ? undefined : { value }
}
