import { type DocumentPath, pathText } from "@metricq/protocol"

/** Where in a document something is. */
export type ConfigPath = DocumentPath
export { pathText }

/** What a document has at a path; `undefined` for nothing. */
export function valueAt(document: unknown, path: ConfigPath): unknown {
  let value = document
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}

const SECRET = /pass|secret|token|community|credential|private|auth|key$/i
const MAX_TEXT = 60

/**
 * A value as an error may show it: short, and never what could be a secret by the name of one of the keys above it, or as the login in an address.
 * Objects and arrays are only named.
 */
export function valueText(value: unknown, path: ConfigPath): string {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (typeof value === "object") return "an object"
  if (path.some((part) => typeof part === "string" && SECRET.test(part))) return `a ${typeof value}`
  const text = typeof value === "string" ? JSON.stringify(withoutLogin(value)) : String(value)
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`
}

/** An address without its user and password. */
function withoutLogin(text: string): string {
  return text.replaceAll(/(\w:\/\/)\S*@/g, "$1******@")
}
