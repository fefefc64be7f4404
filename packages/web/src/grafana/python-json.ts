import type { JsonValue } from "@metricq/client"

/**
 * A float64 as Python writes it: shortest digits, always with `.0` or an exponent, which begins below 1e-4 and from 1e16 on and has two
 * digits at least. `NaN`, `Infinity` and `-Infinity` are written out, too.
 */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Object.is(value, -0)) return "-0.0"
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return exponential(value)
  const text = String(value)
  return text.includes(".") ? text : `${text}.0`
}

function exponential(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential().split("e")
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`
}

/** A float64 for JSON that every reader takes: what is not finite becomes null. */
export function floatOrNull(value: number): string {
  return Number.isFinite(value) ? pythonFloat(value) : "null"
}

/** A string as Python's `json` writes it: ASCII only. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

/**
 * A document as Python's `json.dumps` writes it. Numbers without a fraction are written as integers, as it cannot be told any more
 * whether the document had `1` or `1.0`.
 */
export function pythonJson(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "null"
  if (typeof value === "string") return pythonString(value)
  if (typeof value === "boolean") return String(value)
  if (typeof value === "number") return pythonNumber(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`
  return pythonObject(Object.entries(value).map(([key, part]) => [key, pythonJson(part)]))
}

/** An object of parts that are JSON already. */
export function pythonObject(entries: readonly (readonly [key: string, json: string])[]): string {
  return `{${entries.map(([key, json]) => `${pythonString(key)}: ${json}`).join(", ")}}`
}

/** A number of a document; see {@link pythonJson}. */
export function pythonNumber(value: number): string {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : pythonFloat(value)
}
