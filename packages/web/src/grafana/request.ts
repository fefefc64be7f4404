import { DataError, type JsonObject, type JsonValue, parseJson, Timestamp } from "@metricq/client"
import { WebError } from "../server/web-error.js"

/** The time a request is about: nanoseconds since 1970-01-01 UTC. */
export interface RequestedRange {
  readonly startNs: bigint
  readonly endNs: bigint
}

/** Targets of a request; each can become many by a regular expression, see `expand`. */
export const targetsLimit = 1000

/** A request that makes no sense; the answer is a bare status, as the original's clients know it. */
export function refuse(message: string): WebError {
  return new WebError("request", message, { status: 400 })
}

/** The body of a request, whatever its content type is called. */
export function bodyObject(body: unknown): JsonObject {
  try {
    const value = parseJson(typeof body === "string" ? body : "")
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof DataError)) throw error
  }
  throw refuse("the body is no JSON object")
}

/** `range.from` and `range.to`, ISO 8601 with a zone; finer than microseconds is cut off. */
export function rangeOf({ range }: JsonObject): RequestedRange {
  if (!isObject(range)) throw refuse("there is no range")
  return { startNs: timeNs(range.from), endNs: timeNs(range.to) }
}

function timeNs(text: JsonValue | undefined): bigint {
  if (typeof text !== "string") throw refuse("range.from and range.to are texts")
  try {
    const ns = Timestamp.fromIso(text).posixNs
    return ns - (ns % 1000n)
  } catch (error) {
    if (error instanceof DataError) throw refuse(error.message)
    throw error
  }
}

/**
 * Longest interval of a row for so many points of a range, in nanoseconds: twice the even share. Fewer points than one are taken for one,
 * as charts without any width ask for none.
 */
export function intervalMaxNs({ startNs, endNs }: RequestedRange, maxDataPoints: JsonValue | undefined): bigint {
  const points = typeof maxDataPoints === "boolean" ? Number(maxDataPoints) : maxDataPoints
  if (typeof points !== "number" || Number.isNaN(points)) throw refuse("maxDataPoints is no number")
  const length = endNs - startNs
  const share = points > 0 ? points : 1
  if (Number.isSafeInteger(share)) return (length / BigInt(share)) * 2n
  const ns = Math.trunc(Number(length) / share) * 2
  return Math.abs(ns) < 2 ** 63 ? BigInt(ns) : length * 2n
}

/** A list of the request, not longer than is worked on. */
export function listOf(request: JsonObject, key: string): JsonValue[] {
  const list = request[key]
  if (!Array.isArray(list)) throw refuse(`${key} is no list`)
  if (list.length > targetsLimit) throw refuse(`${key} has ${list.length} entries, more than ${targetsLimit}`)
  return list
}

/** The metric of a target. */
export function metricOf(target: JsonValue | undefined): string {
  if (typeof target !== "string" || target === "") throw refuse("the name of a metric is a text that is not empty")
  return target
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
