import { Timedelta, Timestamp } from "@metricq/protocol"
import { InvalidArgumentError } from "commander"

/** A TCP port, 0 to 65535; 0 asks for any free one. */
export function parsePort(text: string): number {
  const port = parseWhole(text)
  if (port > 65535) throw new InvalidArgumentError("Expected a port, 0 to 65535.")
  return port
}

/** A number of things, 1 or more. */
export function parseCount(text: string): number {
  const count = parseWhole(text)
  if (count === 0) throw new InvalidArgumentError("Expected a whole number, 1 or more.")
  return count
}

function parseWhole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.")
  return Number(text)
}

/** A duration above zero: `5`, `5s`, `500ms`, `2min`. */
export function parseDuration(text: string): Timedelta {
  const duration = attempt(() => Timedelta.parse(text), "Expected a duration such as 5s, 500ms or 2min.")
  if (duration.ns <= 0n) throw new InvalidArgumentError("Expected a duration above zero.")
  return duration
}

/** A time: ISO 8601 with a zone, POSIX seconds, `now`, `epoch`, or a duration ago such as `-5min`. */
export function parseTime(text: string): Timestamp {
  return attempt(
    () => Timestamp.parse(text),
    "Expected an ISO 8601 time with a zone, POSIX seconds, now, epoch or a duration ago such as -5min.",
  )
}

/** A measured value: a number as JavaScript writes it, or NaN, inf, Infinity with an optional sign. */
export function parseValue(text: string): number {
  if (/^\s*nan\s*$/i.test(text)) return Number.NaN
  const infinite = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text)
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) throw new InvalidArgumentError("Expected a number.")
  return Number(text)
}

function attempt<T>(parse: () => T, expectation: string): T {
  try {
    return parse()
  } catch {
    throw new InvalidArgumentError(expectation)
  }
}
