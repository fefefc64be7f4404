import { parseJsurl } from "./jsurl.js"
import type { Chosen, ViewAddress } from "./view-address.js"

const LEGACY_UNITS: Record<string, string> = {
  ...{ second: "s", minute: "m", hour: "h", day: "d", week: "w", month: "M", year: "y" },
}

/**
 * What a fragment written by the original webview or by the charts before it shows, without its `#`; undefined for any other.
 * `.start*stop*metric*(metric~factor)` has times in ms since 1970 or like `now-1d-6h`; JSURL `~(cntr~…)` has them in ms,
 * or `value` and `unit` back from now.
 */
export function parseOldLink(fragment: string): ViewAddress | undefined {
  const text = decoded(fragment)
  try {
    if (text.startsWith(".")) return parseWebview(text.slice(1))
    if (text.startsWith("~") || text.startsWith("/~")) return parseLegacy(parseJsurl(text.replace(/^\//, "")))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function parseWebview(text: string): ViewAddress | undefined {
  const [start, stop, ...rest] = text.split("*")
  if (!start || !stop) return undefined
  const metrics = rest.filter((part) => part !== "").map(webviewMetric)
  return { from: webviewTime(start), to: webviewTime(stop), metrics }
}

function webviewMetric(part: string): Chosen {
  const match = /^\((.*)~([^~]*)\)$/.exec(part)
  if (!match) return { name: part }
  const factor = Number(match[2])
  return { name: match[1] as string, factor: Number.isFinite(factor) ? factor : 1 }
}

/** Fractions of a ms, which zooming left in links, were never read. */
function webviewTime(text: string): string {
  return /^-?\d/.test(text) ? String(Number.parseInt(text, 10)) : text
}

function parseLegacy(value: unknown): ViewAddress | undefined {
  if (typeof value !== "object" || value === null || !("cntr" in value)) return undefined
  const link = value as Record<string, unknown>
  const names = Array.isArray(link.cntr) ? link.cntr : [link.cntr]
  const metrics = names.map(legacyMetric).filter((metric) => metric !== undefined)
  if (typeof link.start === "number" && typeof link.stop === "number") {
    return { from: String(Math.trunc(link.start)), to: String(Math.trunc(link.stop)), metrics }
  }
  const unit = LEGACY_UNITS[String(link.unit).replace(/\(?s\)?$/, "")]
  const amount = Number(link.value)
  if (!unit || !Number.isInteger(amount) || amount <= 0) return undefined
  return { from: `now-${amount}${unit}`, to: "now", metrics }
}

function legacyMetric(entry: unknown): Chosen | undefined {
  if (typeof entry === "string") return { name: entry }
  if (!Array.isArray(entry) || typeof entry[0] !== "string") return undefined
  return { name: entry[0], factor: typeof entry[1] === "number" ? entry[1] : 1 }
}
