import type { TextKey } from "./en.js"
import { loadedTexts } from "./loaded.svelte.js"

export type { TextKey }

/** The text of a key in the reader's language, with `{name}` replaced by `values.name`. Reactive in a component. */
export function t(key: TextKey, values?: Record<string, string | number>): string {
  return filled(loadedTexts()[key], values)
}

/** {@link t} for a key that there may be no text for, as the server has made it up. Reactive in a component. */
export function textIfAny(key: string, values?: Record<string, string | number>): string | undefined {
  const texts: Readonly<Record<string, string>> = loadedTexts()
  return Object.hasOwn(texts, key) ? filled(texts[key] ?? "", values) : undefined
}

/** All keys, in their order. */
export function textKeys(): string[] {
  return Object.keys(loadedTexts())
}

function filled(text: string, values: Record<string, string | number> | undefined): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : text
}
