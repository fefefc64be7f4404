import type { JsonValue, Metadata } from "@metricq/client"
import { pythonJson, pythonNumber } from "./python-json.js"

const placeholder = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\})/gi

/**
 * Name of a series after a pattern: `$key` and `${key}` stand for the metric, the function, or what the metadata say; `$$` is a dollar
 * sign; what is not known stays as it is.
 */
export class NameTemplate {
  readonly #pattern: string

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  /** Whether metadata are needed to fill it in. */
  get usesMetadata(): boolean {
    for (const match of this.#pattern.matchAll(placeholder)) {
      const key = match[2] ?? match[3]
      if (key !== undefined && key !== "metric" && key !== "function") return true
    }
    return false
  }

  fill(metric: string, functionName: string, metadata: Metadata = {}): string {
    const known: Metadata = { ...metadata, metric, function: functionName }
    return this.#pattern.replace(placeholder, (text, dollar, plain, braced) => {
      if (dollar !== undefined) return "$"
      const key = (plain ?? braced) as string
      return Object.hasOwn(known, key) ? shown(known[key]) : text
    })
  }
}

/** A value as Python prints it. */
function shown(value: JsonValue | undefined): string {
  if (typeof value === "string") return value
  if (typeof value === "number") return pythonNumber(value)
  if (typeof value === "boolean") return value ? "True" : "False"
  return value === null || value === undefined ? "None" : pythonJson(value)
}
