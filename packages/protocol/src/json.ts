import { DataError } from "./errors.js"

/** What JSON can say. Keys with `undefined` are left out when written. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue | undefined
}

/** Bounds of {@link parseJson}. */
export interface JsonLimits {
  /** Longest text, in UTF-16 units; default 128 Mi, the largest message of older brokers. */
  maxLength?: number
  /** Deepest nesting of arrays and objects; default 200. */
  maxDepth?: number
}

const MAX_LENGTH = 128 * 1024 * 1024
const MAX_DEPTH = 200

const LITERALS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/**
 * Parse JSON, and also the literals `NaN`, `Infinity` and `-Infinity` that Python writes.
 *
 * @throws {DataError} `json` if it is none, is too long or too deep, or has a key `__proto__` (which would turn into something else on the
 *   way through a program). The message quotes no more of the text than a character, as there may be passwords in it.
 */
export function parseJson(text: string, { maxLength = MAX_LENGTH, maxDepth = MAX_DEPTH }: JsonLimits = {}): JsonValue {
  if (text.length > maxLength)
    throw new DataError("json", `JSON of ${text.length} characters is longer than ${maxLength}`)
  checkDepth(text, maxDepth)
  const value = parseLiterals(text)
  if (text.includes("__proto__") || text.includes("\\u")) refuseProto(value)
  return value
}

function parseLiterals(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    if (!text.includes("NaN") && !text.includes("Infinity")) throw notJson(error)
  }
  try {
    const asNull = JSON.parse(replaceLiterals(text, "null")) as JsonValue
    const asZero = JSON.parse(replaceLiterals(text, "0")) as JsonValue
    return merge(asNull, asZero)
  } catch (error) {
    throw notJson(error)
  }
}

/** 1e999 is JSON for infinity. For NaN there is nothing, so `stand` takes its place. */
function replaceLiterals(text: string, stand: string): string {
  return text.replace(LITERALS, (token) => {
    if (token.endsWith('"')) return token
    return token === "NaN" ? stand : token.replace("Infinity", "1e999")
  })
}

/** Where one reading has null and the other zero, there was a NaN. */
function merge(asNull: JsonValue, asZero: JsonValue): JsonValue {
  if (asNull === null) return asZero === 0 ? Number.NaN : null
  if (Array.isArray(asNull)) {
    const other = asZero as JsonValue[]
    for (let i = 0; i < asNull.length; i++) asNull[i] = merge(asNull[i]!, other[i]!)
  } else if (typeof asNull === "object") {
    const other = asZero as JsonObject
    for (const key of Object.keys(asNull)) {
      if (key !== "__proto__") asNull[key] = merge(asNull[key]!, other[key]!)
    }
  }
  return asNull
}

function checkDepth(text: string, maxDepth: number): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) inString = !inString
    else if (inString) {
      if (code === 0x5c) i += 1
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > maxDepth) throw new DataError("json", `JSON is nested deeper than ${maxDepth} levels`)
    } else if (code === 0x5d || code === 0x7d) depth -= 1
  }
}

function refuseProto(value: JsonValue): void {
  if (value === null || typeof value !== "object") return
  if (!Array.isArray(value) && Object.hasOwn(value, "__proto__")) {
    throw new DataError("json", "JSON has the key __proto__, which is not accepted")
  }
  for (const part of Object.values(value)) refuseProto(part as JsonValue)
}

/** Without the engine's error as cause: that one quotes the text around the fault. */
function notJson(error: unknown): DataError {
  const reason = (error instanceof Error ? error.message : String(error)).replace(/,? ?\.{0,3}".*$/s, "")
  return new DataError("json", `this is not JSON: ${reason}`)
}

/**
 * Write JSON that every parser reads: NaN and infinities become null.
 *
 * @throws {DataError} `json` for what JSON cannot say: a bigint, a circle, nothing at all
 */
export function stringifyJson(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause)
    throw new DataError("json", `this cannot be written as JSON: ${reason}`, { cause })
  }
  if (text === undefined) throw new DataError("json", `${typeof value} cannot be written as JSON`)
  return text
}
