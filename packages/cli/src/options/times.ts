import { Timedelta, Timestamp } from "@metricq/protocol"
import { UsageError } from "../errors.js"

/**
 * The value of an option that is a duration above zero: `5`, `5s`, `500ms`, `2min`.
 *
 * @throws {UsageError} naming the option
 */
export function durationOf(option: string, text: string): Timedelta {
  const expected = `${option} ${text}: expected a duration such as 5s, 500ms or 2min`
  const duration = attempt(() => Timedelta.parse(text), expected)
  if (duration.ns <= 0n) throw new UsageError(`${expected}, above zero`)
  return duration
}

const FORMS = "an ISO 8601 time, POSIX seconds, now, epoch or a duration ago such as -5min"

/**
 * The value of an option that is a time: ISO 8601, POSIX seconds, `now`, `epoch`, or a duration ago such as `-5min`.
 *
 * Calendar dates and times without a zone, such as `2026-11-26` and `2026-11-26T14:30`, are in the zone of this machine.
 *
 * @throws {UsageError} naming the option
 */
export function timeOf(option: string, text: string, now: Timestamp = Timestamp.now()): Timestamp {
  const trimmed = text.trim()
  return attempt(() => Timestamp.parse(withZone(trimmed), now), `${option} ${text}: expected ${FORMS}`)
}

/** A stretch of time, from `begin` up to and without `end`. */
export interface TimeRange {
  readonly begin: Timestamp
  readonly end: Timestamp
}

/**
 * The time that the options `--from` and `--to` name, both seen from the same now.
 *
 * @throws {UsageError} if one is no time, or they are not in this order
 */
export function rangeOf({ from, to }: { from: string; to: string }): TimeRange {
  const now = Timestamp.now()
  const [begin, end] = [timeOf("--from", from, now), timeOf("--to", to, now)]
  if (!begin.isBefore(end)) throw new UsageError(`--from ${from} is not before --to ${to}`)
  return { begin, end }
}

const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?$/

/** A calendar date, perhaps with a time, as ISO 8601 in the zone of this machine; all other text as it is. */
function withZone(text: string): string {
  const [, date, time = "00:00"] = LOCAL.exec(text) ?? []
  if (date === undefined) return text
  // Offsets are looked up for a whole minute: the seconds may have more digits than a `Date` reads.
  const offset = -new Date(`${date}T${time.slice(0, 5)}`).getTimezoneOffset()
  if (Number.isNaN(offset)) return text
  const sign = offset < 0 ? "-" : "+"
  return `${date}T${time}${sign}${digits(Math.abs(offset) / 60)}:${digits(Math.abs(offset) % 60)}`
}

function digits(count: number): string {
  return String(Math.floor(count)).padStart(2, "0")
}

function attempt<T>(parse: () => T, message: string): T {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(message, { cause: error })
  }
}
