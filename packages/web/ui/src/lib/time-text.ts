import type { Zone } from "./zone.js"

/** Moves a wall time by `n` units, on the calendar: a day has 23 to 25 hours, a month 28 to 31 days. */
type Unit = "ms" | "s" | "m" | "h" | "d" | "w" | "M" | "y"

const UNIT_NAMES: Record<string, Unit> = {
  ...{ ms: "ms", s: "s", sec: "s", m: "m", min: "m", h: "h", d: "d", w: "w", M: "M", mo: "M", y: "y", a: "y" },
}
const FIXED_MS: Partial<Record<Unit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const RELATIVE = /^(now|(?:start|end)(?:hour|day|week|month|year))?((?:[+-]\d+(?:ms|sec|s|min|mo|m|h|d|w|M|y|a))*)$/
const TERM = /([+-])(\d+)(ms|sec|s|min|mo|m|h|d|w|M|y|a)/g
const ISO =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/
const GERMAN = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?(?:,?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/

/** Whether a typed time moves with the clock (`now-6h`, `startday`), so that it has to be kept as text. */
export function isRelative(text: string): boolean {
  const plain = tidy(text)
  return plain !== "" && RELATIVE.test(plain)
}

/**
 * The instant that a typed time means, in ms since 1970; undefined if it means none. Reads
 * `now`, `now-6h`, `now-1d-6h`, `-6h`, `startday`, `endweek-1w` (weeks begin on Monday), `today`, `yesterday`,
 * `2026-11-20`, `2026-11-20 07:00`, `2026-11-20T07:00:00.5Z`, `2026-11`, `20.11.2026 07:00`, `07:00` (today),
 * and numbers: ms since 1970, or seconds if they have ten digits or fewer. Without an offset a time is of the zone.
 */
export function parseTime(text: string, now: number, zone: Zone): number | undefined {
  const plain = tidy(text)
  if (plain === "") return undefined
  if (/^\d{9,10}(\.\d+)?$/.test(plain)) return Number(plain) * 1000
  if (/^\d{11,14}(\.\d+)?$/.test(plain)) return Number(plain)
  return relative(plain, now, zone) ?? iso(plain, zone) ?? german(plain, now, zone) ?? clock(plain, now, zone)
}

/** The short form of a relative time, spaces and long dashes taken out: what an address and a field keep. */
export function tidy(text: string): string {
  const plain = text.trim().replace(/[−–]/g, "-")
  if (/^(today|heute)$/i.test(plain)) return "startday"
  if (/^(yesterday|gestern)$/i.test(plain)) return "startday-1d"
  if (/^(jetzt)$/i.test(plain)) return "now"
  const tight = plain.replace(/\s+/g, "")
  return RELATIVE.test(tight) ? tight : plain
}

function relative(text: string, now: number, zone: Zone): number | undefined {
  const match = RELATIVE.exec(text)
  if (!match) return undefined
  let time = baseOf(match[1] ?? "now", now, zone)
  for (const [, sign, amount, unit] of (match[2] ?? "").matchAll(TERM)) {
    time = move(time, (sign === "-" ? -1 : 1) * Number(amount), UNIT_NAMES[unit as string] as Unit, zone)
  }
  return Number.isFinite(time) ? time : undefined
}

function baseOf(base: string, now: number, zone: Zone): number {
  if (base === "now") return now
  const end = base.startsWith("end")
  const unit = base.slice(end ? 3 : 5)
  const wall = new Date(zone.wall(now))
  const [y, M, d, h] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate(), wall.getUTCHours()]
  const next = end ? 1 : 0
  if (unit === "hour") return zone.instant(Date.UTC(y, M, d, h + next))
  if (unit === "day") return zone.instant(Date.UTC(y, M, d + next))
  if (unit === "week") return zone.instant(Date.UTC(y, M, d - ((wall.getUTCDay() + 6) % 7) + next * 7))
  if (unit === "month") return zone.instant(Date.UTC(y, M + next))
  return zone.instant(Date.UTC(y + next, 0))
}

function move(time: number, amount: number, unit: Unit, zone: Zone): number {
  const fixed = FIXED_MS[unit]
  if (fixed !== undefined) return time + amount * fixed
  const wall = new Date(zone.wall(time))
  if (unit === "d") wall.setUTCDate(wall.getUTCDate() + amount)
  else if (unit === "w") wall.setUTCDate(wall.getUTCDate() + 7 * amount)
  else moveMonths(wall, unit === "M" ? amount : 12 * amount)
  return zone.instant(wall.getTime())
}

/** The 31st becomes the month's last day where it has no 31st. */
function moveMonths(wall: Date, months: number): void {
  const day = wall.getUTCDate()
  wall.setUTCMonth(wall.getUTCMonth() + months, 1)
  const last = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate()
  wall.setUTCDate(Math.min(day, last))
}

function iso(text: string, zone: Zone): number | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [, year, month, day = "1", hour = "0", minute = "0", second = "0", fraction = "0", offset] = match
  const wall = wallOf([year, month, day, hour, minute, second].map(Number))
  if (wall === undefined) return undefined
  const time = wall + Number(`0.${fraction}`) * 1000
  if (offset === undefined) return zone.instant(time)
  if (offset === "Z") return time
  const sign = offset.startsWith("-") ? -1 : 1
  return time - sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000
}

function german(text: string, now: number, zone: Zone): number | undefined {
  const match = GERMAN.exec(text)
  if (!match) return undefined
  const [, day, month, year, hour = "0", minute = "0", second = "0"] = match
  const thisYear = new Date(zone.wall(now)).getUTCFullYear()
  const wall = wallOf([year ?? thisYear, month, day, hour, minute, second].map(Number))
  return wall === undefined ? undefined : zone.instant(wall)
}

function clock(text: string, now: number, zone: Zone): number | undefined {
  const match = CLOCK.exec(text)
  if (!match) return undefined
  const today = new Date(zone.wall(now))
  const date = [today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate()]
  const wall = wallOf([...date, ...[match[1], match[2], match[3] ?? "0"].map(Number)])
  return wall === undefined ? undefined : zone.instant(wall)
}

/** Wall time of year, month from 1, day, hour, minute, second; undefined for the 30th of February and hour 25. */
function wallOf(parts: number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 59) return undefined
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
