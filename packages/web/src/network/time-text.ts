import { DataError, Timedelta, Timestamp } from "@metricq/client"
import { WebError } from "../server/web-error.js"

/** A stretch of time, from `from` up to and without `to`. */
export interface TimeRange {
  readonly from: Timestamp
  readonly to: Timestamp
}

/**
 * A time as the API takes it: nanoseconds since 1970-01-01 UTC in digits, ISO 8601 with a zone, `now`, or `now` and a duration such as
 * `now-6h`, `now+500ms`.
 *
 * @throws {WebError} `time` naming the argument
 */
export function parseTime(name: string, text: string, now: Timestamp = Timestamp.now()): Timestamp {
  const trimmed = text.trim()
  try {
    if (/^-?\d{1,20}$/.test(trimmed)) return Timestamp.fromNs(BigInt(trimmed))
    if (trimmed === "now") return now
    // A plus sign in a query is a blank.
    const [, sign, duration = ""] = /^now([-+ ])(.+)$/.exec(trimmed) ?? []
    if (sign === undefined) return Timestamp.fromIso(trimmed)
    return sign === "-" ? now.minus(Timedelta.parse(duration)) : now.plus(Timedelta.parse(duration))
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    const remedy = "write nanoseconds since 1970, ISO 8601 with a zone (2026-11-26T14:30:00Z), or now-6h"
    throw new WebError("time", `${name} is no time: ${JSON.stringify(text.slice(0, 80))}`, { cause: error, remedy })
  }
}

/**
 * The time between two texts, both seen from the same now.
 *
 * @throws {WebError} `time`; `range` if they are not in this order
 */
export function parseRange({ from, to }: { readonly from: string; readonly to: string }): TimeRange {
  const now = Timestamp.now()
  const range = { from: parseTime("from", from, now), to: parseTime("to", to, now) }
  if (!range.from.isBefore(range.to)) throw new WebError("range", `from (${from}) is not before to (${to})`)
  return range
}
