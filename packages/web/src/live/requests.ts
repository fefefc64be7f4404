import { checkMetricName, DataError, parseJson } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { readSince, type Since } from "./since.js"

/** What a viewer asks for. */
export interface LiveRequest {
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
  /** Length of rows; 0 for every point. */
  readonly intervalMs: number
  readonly since: Since
}

/** Names in one message. */
const mostNames = 2000

const longestIntervalMs = 24 * 3600 * 1000

/**
 * A message of a viewer: `{"subscribe": […], "interval": ms, "since": time}` or `{"unsubscribe": […]}`, or both in one.
 *
 * @throws {WebError} `message`, `metric-name`, `interval`, `time` for what makes no sense
 */
export function readRequest(text: string): LiveRequest {
  const message = objectOf(text)
  const { subscribe = [], unsubscribe = [], interval = 0, since, ...others } = message
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) throw refuse(`there is no ${JSON.stringify(unknown.slice(0, 40))}`)
  return {
    subscribe: namesOf(subscribe),
    unsubscribe: namesOf(unsubscribe),
    intervalMs: intervalOf(interval),
    since: readSince(since),
  }
}

/** Names that can be those of metrics: patterns of the broker, above all, cannot. */
export function namesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw refuse("names come in a list")
  if (value.length > mostNames) throw refuse(`a message has up to ${mostNames} names`)
  for (const name of value) {
    try {
      checkMetricName(name as string)
    } catch (error) {
      if (error instanceof DataError) throw new WebError(error.code, error.message, { cause: error })
      throw error
    }
  }
  return value as string[]
}

/** Milliseconds, 0 or from 1 to a day. */
export function intervalOf(value: unknown): number {
  if (typeof value === "number" && (value === 0 || (value >= 1 && value <= longestIntervalMs))) return value
  throw new WebError("interval", "interval is a number of milliseconds: 0, or 1 to 86400000")
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value = parseJson(text, { maxDepth: 4 })
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw refuse(error.message)
  }
  throw refuse("a message is an object")
}

function refuse(problem: string): WebError {
  const remedy = 'send {"subscribe": [names], "interval": milliseconds, "since": time} or {"unsubscribe": [names]}'
  return new WebError("message", problem, { remedy })
}
