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

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LETTER_I = 0x49
const LETTER_N = 0x4e
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

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
  const [asNull, asZero] = withoutLiterals(text)
  try {
    return merge(JSON.parse(asNull) as JsonValue, JSON.parse(asZero) as JsonValue)
  } catch (error) {
    throw notJson(error)
  }
}

/** The text in JSON's own words: 1e999 for infinity; there is nothing for NaN, so it is null in one text and zero in the other. */
function withoutLiterals(text: string): [string, string] {
  let asNull = ""
  let asZero = ""
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at)
    const literal = code === LETTER_N ? "NaN" : code === LETTER_I ? "Infinity" : undefined
    if (literal === undefined || !isWord(text, at, literal)) continue
    asNull += text.slice(from, at) + (literal === "NaN" ? "null" : "1e999")
    asZero += text.slice(from, at) + (literal === "NaN" ? "0" : "1e999")
    from = at + literal.length
    at = from - 1
  }
  return [asNull + text.slice(from), asZero + text.slice(from)]
}

/** Position of the quote that ends the string at `start`, or of the text's end. */
function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

function isWord(text: string, at: number, word: string): boolean {
  const outside = text.charAt(at - 1) + text.charAt(at + word.length)
  return text.startsWith(word, at) && !/[\w.+]/.test(outside)
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

/** Parsing itself knows no depth, but whoever walks the result does. */
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at)
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1
      if (depth > maxDepth) throw new DataError("json", `JSON is nested deeper than ${maxDepth} levels`)
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1
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
