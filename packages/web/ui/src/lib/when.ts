import { settings } from "../settings.svelte.js"

/** A moment as the reader writes it, in the zone the page is set to; what is no time stays. Reactive. */
export function when(moment: string | number | Date): string {
  const time = new Date(moment)
  if (Number.isNaN(time.getTime())) return String(moment)
  const locale = settings.language === "de" ? "de" : "en-GB"
  const timeZone = settings.zone === "local" ? undefined : settings.zone
  return time.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short", timeZone })
}
