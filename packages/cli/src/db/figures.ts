import type { JsonObject, JsonValue } from "@metricq/protocol"
import { formatBytes } from "../terminal/byte-sizes.js"
import { formatSpan } from "../terminal/numbers.js"

/**
 * An object of figures as lines of a name and a value for people, those of objects within it below each other: `store disk`, `12.3 MB`.
 *
 * Names that end in `Bytes` are bytes, in `S` seconds; lists have a line an element. What is empty is left out.
 */
export function figureRows(object: JsonObject, prefix = ""): string[][] {
  return Object.entries(object).flatMap(([key, value]) => {
    const { words, unit } = nameOf(key)
    const name = `${prefix} ${words}`.trim()
    if (Array.isArray(value)) return value.map((each) => [name, textOf(each, unit)])
    if (value !== null && typeof value === "object") return figureRows(value, name)
    return value === undefined || value === null || value === "" ? [] : [[name, textOf(value, unit)]]
  })
}

type FigureUnit = "bytes" | "seconds" | undefined

/** `journalBytes` → journal, in bytes. */
function nameOf(key: string): { words: string; unit: FigureUnit } {
  if (key === "bytes") return { words: "size", unit: "bytes" }
  const [, stem = key, ending] = /^(.+?)(Bytes|S|Seconds)$/.exec(key) ?? []
  const words = stem.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("_", " ")
  return { words, unit: ending === "Bytes" ? "bytes" : ending === undefined ? undefined : "seconds" }
}

function textOf(value: JsonValue, unit: FigureUnit): string {
  if (typeof value === "number") {
    if (unit === "bytes") return formatBytes(value)
    return unit === "seconds" ? formatSpan(value) : String(value)
  }
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** Progress as one line: `segments 3 of 10, 1.2 GB`. */
export function progressText(progress: JsonObject): string {
  return figureRows(progress)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")
    .replace(/, of /g, " of ")
}
