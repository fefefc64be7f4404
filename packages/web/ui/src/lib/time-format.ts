import { DAY } from "./ticks.js"
import type { Zone } from "./zone.js"

const formats = new Map<string, Intl.DateTimeFormat>()

/** Wall times are printed as UTC: the zone has been applied before. */
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  let known = formats.get(key)
  if (!known) {
    known = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { ...options, timeZone: "UTC" })
    formats.set(key, known)
  }
  return known
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, "0")
}

/** `Mon 23 Nov 2026`, `Mo 23. Nov 2026`. */
export function dateText(ms: number, zone: Zone, language: string): string {
  const wall = zone.wall(ms)
  const weekday = format(language, { weekday: "short" }).format(wall)
  const day = format(language, { day: "numeric", month: "short", year: "numeric" }).format(wall)
  return `${weekday} ${day}`
}

/** `10:42:17`, with the decimals that a resolution in ms needs: `10:42:17.250`. Whole minutes lose `:00` if `resolution` is a minute or more. */
export function clockText(ms: number, zone: Zone, resolution = 1000): string {
  const wall = new Date(zone.wall(ms))
  const hours = `${pad(wall.getUTCHours())}:${pad(wall.getUTCMinutes())}`
  if (resolution >= 60_000) return hours
  const seconds = `${hours}:${pad(wall.getUTCSeconds())}`
  if (resolution >= 1000) return seconds
  const digits = Math.min(3, Math.ceil(-Math.log10(resolution / 1000) - 1e-9))
  return `${seconds}.${pad(wall.getUTCMilliseconds(), 3).slice(0, digits)}`
}

/** The label of a line of the time axis: a clock below a day, a day below a month, a month, or a year. */
export function tickText(ms: number, step: number, zone: Zone, language: string): string {
  if (step < DAY) return clockText(ms, zone, step)
  const wall = zone.wall(ms)
  if (step < 30 * DAY) return format(language, { day: "numeric", month: "short" }).format(wall)
  if (step < 360 * DAY) return format(language, { month: "short", year: "numeric" }).format(wall)
  return String(new Date(wall).getUTCFullYear())
}

/** A date and time that {@link parseTime} reads back in the same zone: `2026-11-23 10:42:17`. */
export function fieldText(ms: number, zone: Zone): string {
  const text = new Date(zone.wall(ms)).toISOString().replace("T", " ").replace("Z", "")
  return text.replace(/(:00)?\.000$/, "")
}

/** `51 s`, `6 h`, `1.5 d`, `20 ms`: a length of time in its largest unit. */
export function lengthText(ms: number): string {
  const units: [number, string][] = [
    [DAY, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ]
  for (const [size, unit] of units) {
    if (ms >= size * (unit === "min" ? 2 : 1)) return `${Number((ms / size).toPrecision(3))} ${unit}`
  }
  return `${Number(ms.toPrecision(3))} ms`
}

/** A length of time in all its parts: `2 d 3 h`, `1 h 5 min 12 s`, `12.25 s`, `3.5 ms`; a minus before what goes back. */
export function durationText(ms: number): string {
  if (ms < 0) return `−${durationText(-ms)}`
  if (ms < 1000) return `${Number(ms.toFixed(3))} ms`
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(3))} s`
  let rest = Math.round(ms / 1000)
  const parts: string[] = []
  for (const [seconds, unit] of [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.join(" ")
}

/** Nanoseconds since 1970 as a decimal string, what the API takes. */
export function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  return `${BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6))}`
}
