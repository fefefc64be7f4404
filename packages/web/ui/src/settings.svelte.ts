export type Language = "en" | "de"

/** What the reader chose, kept in this browser. */
export interface Settings {
  theme: "auto" | "light" | "dark"
  language: Language
  /** IANA name of a time zone, or `local`. */
  zone: string
}

const KEY = "metricq.settings"

/** The settings, reactive. Change through {@link change}, which keeps them. */
export const settings: Settings = $state(load())

const darkScheme = matchMedia("(prefers-color-scheme: dark)")
const system = $state({ dark: darkScheme.matches })
darkScheme.addEventListener("change", () => {
  system.dark = darkScheme.matches
})

/** Change settings and keep them in this browser; where it forbids that they last until the page is closed. */
export function change(some: Partial<Settings>): void {
  Object.assign(settings, some)
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {}
}

/** `light` or `dark`: what is to be shown now. Reactive. */
export function theme(): "light" | "dark" {
  if (settings.theme !== "auto") return settings.theme
  return system.dark ? "dark" : "light"
}

function load(): Settings {
  const settings: Settings = {
    theme: "auto",
    language: navigator.language.startsWith("de") ? "de" : "en",
    zone: "local",
  }
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}")
    if (["auto", "light", "dark"].includes(kept.theme)) settings.theme = kept.theme
    if (["en", "de"].includes(kept.language)) settings.language = kept.language
    if (typeof kept.zone === "string") settings.zone = kept.zone
  } catch {}
  return settings
}
