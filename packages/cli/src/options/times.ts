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

/**
 * The value of an option that is a time: ISO 8601 with a zone, POSIX seconds, `now`, `epoch`, or a duration ago such as `-5min`.
 *
 * @throws {UsageError} naming the option
 */
export function timeOf(option: string, text: string): Timestamp {
  const forms = "an ISO 8601 time with a zone, POSIX seconds, now, epoch or a duration ago such as -5min"
  return attempt(() => Timestamp.parse(text), `${option} ${text}: expected ${forms}`)
}

function attempt<T>(parse: () => T, message: string): T {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(message, { cause: error })
  }
}
