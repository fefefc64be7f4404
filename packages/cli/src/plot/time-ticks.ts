import type { Span } from "./bins.js"

/** A mark on an axis of time. */
export interface TimeTick {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint
  /** The time of day, as far as it is needed, or the date where marks are days or more apart. */
  readonly label: string
  /** The date; the same text as the label where that is a date. */
  readonly date: string
}

/** How far the clocks of a zone are before UTC at a time (milliseconds since 1970), in minutes. */
export type ZoneOffset = (posixMs: number) => number

/** The zone of this machine. */
export const localZone: ZoneOffset = (posixMs) => -new Date(posixMs).getTimezoneOffset()

const US = 1_000n
const MS = 1_000_000n
const S = 1_000_000_000n
const MIN = 60n * S
const H = 60n * MIN
const D = 24n * H

/** A distance of marks: so much time on the clock, or so many months. */
interface Step {
  readonly ns: bigint
  readonly months: number
}

const CLOCK_STEPS: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((count) => count * US),
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((count) => count * MS),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((count) => count * S),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((count) => count * MIN),
  ...[1n, 2n, 3n, 6n, 12n].map((count) => count * H),
  ...[1n, 2n, 7n, 14n].map((count) => count * D),
]
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12_000]
const STEPS: readonly Step[] = [
  ...CLOCK_STEPS.map((ns) => ({ ns, months: 0 })),
  ...MONTH_STEPS.map((months) => ({ ns: BigInt(months) * 28n * D, months })),
]

/** Blanks between neighbouring labels. */
const APART = 3

/**
 * Round times in a span, in the clock of a zone, as close as their labels fit on an axis of `width` characters.
 *
 * Days begin at midnight, weeks on Monday; where clocks are changed, marks keep to the full hours that exist. A span too short for
 * marks, or without any round time in it, has none.
 */
export function timeTicks(span: Span, width: number, zone: ZoneOffset = localZone): TimeTick[] {
  const lengthNs = span.endNs - span.beginNs
  const step = STEPS.find((each) => fits(each, lengthNs, width)) ?? STEPS.at(-1)!
  const times = step.ns < H ? fineTimes(span, step.ns, zone) : coarseTimes(span, step, zone)
  return times.map((timeNs) => {
    const wall = wallClock(timeNs, zone)
    return { timeNs, label: labelOf(wall, step), date: dateOf(wall, step) }
  })
}

/** Within an hour clocks go on evenly, also where they are changed by whole hours. */
function fineTimes({ beginNs, endNs }: Span, stepNs: bigint, zone: ZoneOffset): bigint[] {
  const offset = wallClock(beginNs, zone) - beginNs
  const times: bigint[] = []
  const first = firstFrom(beginNs + offset, { ns: stepNs, months: 0 }) - offset
  for (let timeNs = first; timeNs < endNs; timeNs += stepNs) times.push(timeNs)
  return times
}

function coarseTimes({ beginNs, endNs }: Span, step: Step, zone: ZoneOffset): bigint[] {
  const times: bigint[] = []
  const last = wallClock(endNs, zone) + H
  for (let wall = firstFrom(wallClock(beginNs, zone) - H, step); wall <= last; wall = next(wall, step)) {
    const timeNs = fromWallClock(wall, zone)
    // An hour that the clock skips has no mark.
    const exists = wallClock(timeNs, zone) === wall
    if (exists && timeNs >= beginNs && timeNs < endNs) times.push(timeNs)
  }
  return times
}

function fits(step: Step, lengthNs: bigint, width: number): boolean {
  return (Number(lengthNs) / Number(step.ns)) * (labelOf(0n, step).length + APART) <= width
}

/** What clocks show, as nanoseconds since they showed 1970. */
function wallClock(timeNs: bigint, zone: ZoneOffset): bigint {
  return timeNs + BigInt(zone(Number(timeNs / MS))) * MIN
}

function fromWallClock(wall: bigint, zone: ZoneOffset): bigint {
  const near = wall - BigInt(zone(Number(wall / MS))) * MIN
  return wall - BigInt(zone(Number(near / MS))) * MIN
}

/** The first mark at `wall` or later. */
function firstFrom(wall: bigint, { ns, months }: Step): bigint {
  if (months > 0) {
    const month = monthOf(wall)
    const first = Math.floor(month / months) * months
    return startOfMonth(first) >= wall ? startOfMonth(first) : startOfMonth(first + months)
  }
  // Weeks begin on Monday, and 1970 began on a Thursday.
  const shift = ns % (7n * D) === 0n ? 4n * D : 0n
  return wall + modulo(shift - wall, ns)
}

function next(wall: bigint, { ns, months }: Step): bigint {
  return months > 0 ? startOfMonth(monthOf(wall) + months) : wall + ns
}

/** Months since the year 0. */
function monthOf(wall: bigint): number {
  const date = new Date(Number(wall / MS))
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function startOfMonth(month: number): bigint {
  return BigInt(Date.UTC(Math.floor(month / 12), month % 12, 1)) * MS
}

function labelOf(wall: bigint, step: Step): string {
  if (step.months > 0 || step.ns >= D) return dateOf(wall, step)
  const time = isoOf(wall).slice(11, 19)
  if (step.ns >= MIN) return time.slice(0, 5)
  if (step.ns >= S) return time
  const fraction = modulo(wall, S).toString().padStart(9, "0")
  return `${time}.${fraction.slice(0, step.ns >= MS ? 3 : 6)}`
}

function dateOf(wall: bigint, { months }: Step): string {
  const text = isoOf(wall)
  if (months >= 12) return text.slice(0, 4)
  return months > 0 ? text.slice(0, 7) : text.slice(0, 10)
}

function isoOf(wall: bigint): string {
  const seconds = (wall - modulo(wall, S)) / S
  return new Date(Number(seconds) * 1000).toISOString()
}

function modulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b
}
