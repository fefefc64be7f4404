import type { Zone } from "./zone.js"

/** Where the lines of a value axis go, and how many decimals their labels need. */
export interface ValueTicks {
  values: number[]
  step: number
}

/** Multiples of 1, 2 or 5 times a power of ten inside `[low, high]`, at most `most` of them. An empty range has none. */
export function valueTicks(low: number, high: number, most: number): ValueTicks {
  if (!(high > low) || most < 1) return { values: [], step: 1 }
  const least = (high - low) / most
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9)) ?? 10 * power
  const values: number[] = []
  for (let k = Math.ceil(low / step - 1e-9); k <= high / step + 1e-9; k++) values.push(k * step)
  return { values, step }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Steps of the time axis up to half a day, in ms; they divide a day. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
]
const DAYS = [1, 2, 7, 14]
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240]

/** Lines of a time axis: instants in ms, and the step, which says how labels are to be written. */
export interface TimeTicks {
  times: number[]
  /** In ms; months count 30 days. */
  step: number
}

/** Lines at round wall times of a zone within `[from, to]`, at most about `most`. Finer than a ms there are none. */
export function timeTicks(from: number, to: number, most: number, zone: Zone): TimeTicks {
  const least = (to - from) / Math.max(1, most)
  const small = STEPS.find((step) => step >= least)
  if (small !== undefined) return { times: instants(multiples(from, to, small, zone), from, to, zone), step: small }
  const days = DAYS.find((n) => n * DAY >= least)
  if (days !== undefined) return { times: instants(dayWalls(from, to, days, zone), from, to, zone), step: days * DAY }
  const months = MONTHS.find((n) => n * 30 * DAY >= least) ?? 1200
  return { times: instants(monthWalls(from, to, months, zone), from, to, zone), step: months * 30 * DAY }
}

function* multiples(from: number, to: number, step: number, zone: Zone): Generator<number> {
  const end = zone.wall(to) + HOUR
  for (let wall = Math.floor((zone.wall(from) - HOUR) / step) * step; wall <= end; wall += step) yield wall
}

/** Midnights; every seventh is a Monday (1970-01-05 was one). */
function* dayWalls(from: number, to: number, days: number, zone: Zone): Generator<number> {
  const step = days * DAY
  const origin = days % 7 === 0 ? 4 * DAY : 0
  const end = zone.wall(to) + DAY
  for (let wall = origin + Math.floor((zone.wall(from) - origin) / step) * step; wall <= end; wall += step) yield wall
}

function* monthWalls(from: number, to: number, months: number, zone: Zone): Generator<number> {
  const begin = new Date(zone.wall(from))
  const end = zone.wall(to) + DAY
  let month = Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months) * months
  for (;;) {
    const wall = Date.UTC(Math.floor(month / 12), month % 12)
    if (!(wall <= end)) return
    yield wall
    month += months
  }
}

/** Walls to instants inside the range, ascending: an hour that the clocks skip has no line. */
function instants(walls: Iterable<number>, from: number, to: number, zone: Zone): number[] {
  const times: number[] = []
  for (const wall of walls) {
    const time = zone.instant(wall)
    if (time >= from && time <= to && time > (times.at(-1) ?? Number.NEGATIVE_INFINITY)) times.push(time)
  }
  return times
}

/** Lines of a logarithmic axis within `[low, high]`, both above zero: powers of ten, with 2 and 5 times them where there is room; at most about `most`. */
export function logTicks(low: number, high: number, most: number): number[] {
  if (!(low > 0 && high > low) || most < 1) return []
  const decades = Math.log10(high / low)
  const stride = Math.max(1, Math.ceil(decades / most))
  const factors = decades * 3 <= most ? [1, 2, 5] : [1]
  const values: number[] = []
  const first = Math.floor(Math.log10(low))
  for (let power = Math.ceil(first / stride) * stride - stride; power <= Math.log10(high); power += stride) {
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`)
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value)
    }
  }
  return values.length > 1 ? values : valueTicks(low, high, most).values
}
