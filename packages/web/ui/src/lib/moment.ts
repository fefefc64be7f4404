import { settings } from "../settings.svelte.js"
import { clockText } from "./time-format.js"
import { when } from "./when.js"
import { zoneOf } from "./zone.js"

const DAY_MS = 86_400_000

/** A moment to the second if it was within a day of `now`, `11:04:05`, else with its date. Reactive. */
export function moment(ms: number, now: number): string {
  return Math.abs(now - ms) < DAY_MS ? clockText(ms, zoneOf(settings.zone)) : when(ms)
}
