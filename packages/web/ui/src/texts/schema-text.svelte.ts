import { type Language, settings } from "../settings.svelte.js"

type Texts = Readonly<Record<string, string>>

/** Schemas speak English. What ours say is translated here, and is only loaded where it is read. */
const files: Partial<Record<Language, () => Promise<Texts>>> = {
  de: async () => (await import("./de/schemas.js")).schemaTexts,
}

const loaded: Partial<Record<Language, Texts>> = $state({})

/** A text of a schema in the reader's language; in English where there is none, as for agents of others. Reactive. */
export function schemaText(text: string): string {
  return loaded[settings.language]?.[text] ?? text
}

/** Load what {@link schemaText} needs for the reader's language. Where it cannot be had the texts stay English. */
export async function loadSchemaTexts(): Promise<void> {
  const { language } = settings
  if (loaded[language] !== undefined || files[language] === undefined) return
  try {
    loaded[language] = await files[language]()
  } catch {}
}
