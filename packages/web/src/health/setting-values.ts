import { globToRegExp } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { type FindingKind, findingKinds, type Severity, severities } from "./finding.js"

/** Something that came as JSON, by its keys. */
export type Given = Readonly<Record<string, unknown>>

const MOST_PATTERNS = 200

/** A list whose entries all fit. @throws {WebError} `settings` naming the key and `what` an entry is */
export function listOf<T extends string>(
  key: string,
  value: unknown,
  most: number,
  fits: (each: unknown) => each is T,
  what: string,
): T[] {
  if (!Array.isArray(value) || value.length > most) return wrongSetting(`${key}: expected a list of at most ${most}`)
  return value.map((each: unknown) =>
    fits(each) ? each : wrongSetting(`${key}: expected ${what}, got ${shown(each)}`),
  )
}

/** Kinds of findings. @throws {WebError} `settings` */
export function kindsOf(key: string, value: unknown): FindingKind[] {
  const isKind = (each: unknown): each is FindingKind => findingKinds.includes(each as FindingKind)
  return listOf(key, value, findingKinds.length, isKind, "a kind of finding")
}

/** Globs of metrics. @throws {WebError} `settings` */
export function globsOf(key: string, value: unknown): string[] {
  return listOf(key, value, MOST_PATTERNS, isGlob, "a glob such as lab.test.**")
}

/** @throws {WebError} `settings` */
export function severityOf(key: string, value: unknown): Severity {
  if (severities.includes(value as Severity)) return value as Severity
  return wrongSetting(`${key}: expected ${severities.join(", ")}`)
}

/** @throws {WebError} `settings` */
export function booleanOf(key: string, value: unknown): boolean {
  return typeof value === "boolean" ? value : wrongSetting(`${key}: expected true or false`)
}

/** A number within bounds, both included. @throws {WebError} `settings` */
export function numberIn(key: string, value: unknown, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value
  return wrongSetting(`${key}: expected a number from ${low} to ${high}`)
}

/** A TCP port. @throws {WebError} `settings` */
export function portOf(key: string, value: unknown): number {
  const port = numberIn(key, value, 1, 65_535)
  return Number.isInteger(port) ? port : wrongSetting(`${key}: expected a whole number`)
}

/** One line of text that is not empty. @throws {WebError} `settings` */
export function lineOf(key: string, value: unknown, most: number): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= most && !/\p{Cc}/u.test(value)) return value
  return wrongSetting(`${key}: expected a line of at most ${most} characters`)
}

/** @throws {WebError} `settings` */
export function objectOf(key: string, value: unknown): Given {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
  return isObject ? (value as Given) : wrongSetting(`${key}: expected an object`)
}

/** Refuses keys that nothing reads: a slip of the pen should not go unnoticed. @throws {WebError} `settings` */
export function onlyKeys(key: string, given: Given, known: readonly string[]): void {
  const other = Object.keys(given).find((each) => !known.includes(each))
  if (other !== undefined) wrongSetting(`${key}.${other}: there is no such setting; there are ${known.join(", ")}`)
}

/** @throws {WebError} `settings` */
export function wrongSetting(message: string): never {
  throw new WebError("settings", message)
}

function isGlob(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > 255) return false
  try {
    return globToRegExp(value) instanceof RegExp
  } catch {
    return false
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80)
}
