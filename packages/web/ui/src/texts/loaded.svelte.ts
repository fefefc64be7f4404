import { type Language, settings } from "../settings.svelte.js"
import type { TextKey } from "./en.js"

type Texts = Readonly<Record<TextKey, string>>

/** Each language is a file of its own, so that nobody loads what they do not read. */
const files: Record<Language, () => Promise<Texts>> = {
  en: async () => (await import("./en.js")).en,
  de: async () => (await import("./de.js")).de,
}

let texts: Texts | undefined = $state.raw()

/** All texts in the reader's language. Reactive. */
export function loadedTexts(): Texts {
  if (texts === undefined) throw new Error("texts are used before startTexts() has loaded them")
  return texts
}

/** Load the reader's language, and from then on each one that is chosen; until that has come, the one before stays. Call once. */
export async function startTexts(): Promise<void> {
  texts = await files[settings.language]()
  $effect.root(() => {
    $effect(() => {
      const { language } = settings
      files[language]().then(
        (loaded) => {
          if (language === settings.language) texts = loaded
        },
        () => {}, // the page stays as it is
      )
    })
  })
}
