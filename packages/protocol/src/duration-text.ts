import { parseDecimal } from "./decimal.js"
import { DataError, quoted } from "./errors.js"

const DURATION = /^([+-]?\d+(?:[.,]\d+)?)\s*(\D*)$/
const MAX_TEXT = 100

const NS = 1n
const US = 1_000n
const MS = 1_000_000n
const S = 1_000_000_000n
const MIN = 60n * S
const H = 60n * MIN
const D = 24n * H

/** Both code points that look like a micro sign are in use: Greek mu (what the original prints) and the Latin-1 micro sign. */
const UNITS = new Map<string, bigint>([
  ...names(NS, "ns", "nanosecond", "nanoseconds"),
  ...names(US, "us", "\u03bcs", "\u00b5s", "microsecond", "microseconds"),
  ...names(MS, "ms", "millisecond", "milliseconds"),
  ...names(S, "", "s", "second", "seconds"),
  ...names(MIN, "min", "minute", "minutes"),
  ...names(H, "h", "hour", "hours"),
  ...names(D, "d", "day", "days"),
])

const PRECISE: readonly (readonly [bigint, string])[] = [
  [D, "d"],
  [H, "h"],
  [MIN, "min"],
  [S, "s"],
  [MS, "ms"],
  [US, "\u03bcs"],
  [NS, "ns"],
]

function names(unit: bigint, ...spellings: string[]): [string, bigint][] {
  return spellings.map((spelling) => [spelling, unit])
}

/** Nanoseconds of a text such as `1.5 h`, see `Timedelta.parse`; may exceed int64. */
export function parseDuration(text: string): bigint {
  const match = text.length <= MAX_TEXT ? DURATION.exec(text.trim()) : null
  const decimal = match && parseDecimal(match[1]!)
  if (!match || !decimal) {
    throw new DataError(
      "duration-text",
      `${quoted(text)} is no duration: write a number and a unit, as in 1.5s or 5min`,
    )
  }
  const unit = UNITS.get(match[2]!)
  if (unit === undefined) {
    const remedy = "use ns, us, ms, s, min, h or d (lower case)"
    throw new DataError("duration-text", `${quoted(text)}: ${quoted(match[2]!)} is no unit of time: ${remedy}`)
  }
  return (decimal.digits * unit) / 10n ** BigInt(decimal.places)
}

export function printPrecise(ns: bigint): string {
  for (const [unit, name] of PRECISE) {
    if (ns % unit === 0n) return `${ns / unit}${name}`
  }
  return `${ns}ns`
}

export function printSeconds(ns: bigint): string {
  const magnitude = ns < 0n ? -ns : ns
  const fraction = (magnitude % S).toString().padStart(9, "0").replace(/0+$/, "") || "0"
  return `${ns < 0n ? "-" : ""}${magnitude / S}.${fraction}s`
}
