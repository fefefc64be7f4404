import { settings } from "../settings.svelte.js"
import { de } from "./de.js"
import { en, type TextKey } from "./en.js"

export type { TextKey }

const languages = { en, de }

/** The text of a key in the reader's language, with `{name}` replaced by `values.name`. Reactive in a component. */
export function t(key: TextKey, values?: Record<string, string | number>): string {
  const text = languages[settings.language][key]
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : text
}
