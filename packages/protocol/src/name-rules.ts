import { DataError, quoted } from "./errors.js"

/** A routing key, and with it the name of a metric, may have so many bytes of UTF-8. */
const MAX_METRIC_BYTES = 255

/** The longest queue name made of a token, `<token>-<32 digits>-quorum-data`, must fit 255 bytes. */
const MAX_TOKEN_BYTES = 210

const CONVENTIONAL = /^(?:[a-zA-Z][a-zA-Z0-9_]+\.)+[a-zA-Z][a-zA-Z0-9_]+$/

/**
 * Refuse what cannot be the name of a metric: the wire or the storage would change or reject it.
 *
 * @throws {DataError} `metric-name` if empty, longer than 255 bytes of UTF-8, with control characters or lone surrogates, with `*` or `#` as
 *   a component (a wildcard to the broker) or a leading `_` (reserved by the storage)
 */
export function checkMetricName(name: string): void {
  const problem = textProblem(name, MAX_METRIC_BYTES) ?? metricProblem(name)
  if (problem) throw new DataError("metric-name", `${shown(name)} cannot be the name of a metric: ${problem}`)
}

function metricProblem(name: string): string | undefined {
  const wildcard = name.split(".").find((component) => component === "*" || component === "#")
  return wildcard && `the component ${wildcard} is a wildcard to the broker, name the metric itself`
}

/** Whether a name follows the convention: two components or more, each of two letters, digits or `_` or more, beginning with a letter. */
export function isConventionalMetricName(name: string): boolean {
  return name.length <= MAX_METRIC_BYTES && CONVENTIONAL.test(name)
}

/**
 * Refuse what cannot be the token of a client.
 *
 * @throws {DataError} `token` if empty, longer than 210 bytes of UTF-8 (its queues have names too), with control characters or lone
 *   surrogates, or with a leading `_` (reserved by the storage)
 */
export function checkToken(token: string): void {
  const problem = textProblem(token, MAX_TOKEN_BYTES)
  if (problem) throw new DataError("token", `${shown(token)} cannot be the token of a client: ${problem}`)
}

function textProblem(text: unknown, maxBytes: number): string | undefined {
  if (typeof text !== "string") return `it is a ${text === null ? "null" : typeof text}, not a string`
  if (text === "") return "it is empty"
  if (text.startsWith("_")) return "names with a leading _ are reserved"
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\u0000-\u001f\u007f-\u009f]/.exec(text)
  if (control) return `it has a control character at position ${control.index}`
  const bytes = text.length > maxBytes ? text.length : utf8Length(text)
  if (bytes === undefined) return "it has half of a surrogate pair"
  return bytes > maxBytes ? `it has more than ${maxBytes} bytes` : undefined
}

/** Bytes of UTF-8, or `undefined` if there are lone surrogates. */
export function utf8Length(text: string): number | undefined {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (point >= 0xd800 && point <= 0xdfff) return undefined
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

function shown(text: unknown): string {
  return typeof text === "string" ? quoted(text) : String(text)
}
