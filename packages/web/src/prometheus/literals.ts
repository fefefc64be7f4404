import { refuse } from "./query-error.js"

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** Milliseconds of a duration as Prometheus writes them (`1h30m`, `15s`, `500ms`); undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return undefined
  let ms = 0
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) ms += Number(digits) * unitMs[unit!]!
  return ms
}

/** A number of PromQL: decimal, `0x1f`, `1_000`, `Inf`, `NaN`, or a duration, which is its seconds. @throws {QueryError} `bad_data` */
export function parseNumber(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1
  const plain = text.replace(/^[-+]\s*/, "").toLowerCase()
  if (plain === "inf") return sign * Number.POSITIVE_INFINITY
  if (plain === "nan") return Number.NaN
  const ms = parseDuration(plain)
  if (ms !== undefined) return (sign * ms) / 1000
  const value = Number(plain.replaceAll("_", ""))
  return plain === "" || Number.isNaN(value) ? refuse(`"${text}" is no number`) : sign * value
}

const escapePattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g
const escapes: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", '"': '"', "'": "'" },
}

/** The text of a quoted string of PromQL, whose escapes are Go's; between backticks there are none. @throws {QueryError} `bad_data` */
export function parseString(quoted: string): string {
  const quote = quoted[0]!
  const inner = quoted.slice(1, -1)
  if (quoted.length < 2 || !quoted.endsWith(quote)) refuse(`the string ${quoted} has no end`)
  if (quote === "`") return inner
  return inner.replace(escapePattern, (text, x, u, long, octal, letter) => {
    const hex = x ?? u ?? long
    const code = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1
    if (code > 0x10ffff) refuse(`${text} is no character`)
    if (code >= 0) return String.fromCodePoint(code)
    return escapes[letter] ?? refuse(`${text} is no escape in a string; a backslash is written \\\\`)
  })
}
