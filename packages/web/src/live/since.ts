import { parseTime } from "../network/time-text.js"
import { WebError } from "../server/web-error.js"

/** From when on a viewer wants the points of a metric; undefined: only what comes. */
export type Since = (metric: string) => bigint | undefined

export const noSince: Since = () => undefined

/**
 * `since` of a message: a time for all, or an object with one for each metric.
 *
 * @throws {WebError} `time`, `message`
 */
export function readSince(value: unknown): Since {
  if (value === undefined || value === null) return noSince
  if (typeof value === "string") {
    const { posixNs } = parseTime("since", value)
    return () => posixNs
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new WebError("message", "since is a time as text, or an object that has one for each metric")
  }
  const times = new Map(Object.entries(value).map(([metric, time]) => [metric, timeOf(time)]))
  return (metric) => times.get(metric)
}

function timeOf(value: unknown): bigint {
  if (typeof value === "string") return parseTime("since", value).posixNs
  throw new WebError("message", "since is a time as text, or an object that has one for each metric")
}

/** Metrics of a stream of events above which there are no ids: the header that brings them back has its bounds. */
export const mostPositions = 200

/** Where a viewer is: the time it has of each metric, in the order of the metrics, as an id of events. */
export function eventId(positions: readonly (bigint | undefined)[]): string {
  const known = positions.filter((position) => position !== undefined)
  const base = known.reduce((least, position) => (position < least ? position : least), known[0] ?? 0n)
  const parts = positions.map((position) => (position === undefined ? "-" : (position - base).toString(36)))
  return `${base.toString(36)}:${parts.join(".")}`
}

/**
 * What {@link eventId} has made for these metrics; undefined if it is of others or none.
 */
export function sinceOfEventId(id: string, metrics: readonly string[]): Since | undefined {
  const [, base, list] = /^(-?[0-9a-z]{1,14}):([0-9a-z.-]*)$/.exec(id) ?? []
  const parts = list?.split(".")
  if (base === undefined || parts?.length !== metrics.length) return undefined
  if (!parts.every((part) => /^(-|[0-9a-z]{1,14})$/.test(part))) return undefined
  const baseNs = fromBase36(base)
  const times = new Map(
    metrics.map((metric, i) => [metric, parts[i] === "-" ? undefined : baseNs + fromBase36(parts[i]!)]),
  )
  return (metric) => times.get(metric)
}

function fromBase36(text: string): bigint {
  const isNegative = text.startsWith("-")
  let value = 0n
  for (const digit of isNegative ? text.slice(1) : text) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return isNegative ? -value : value
}
