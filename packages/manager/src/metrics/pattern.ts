import { RequestError } from "../request-error.js"

/** A regular expression as text, to be compiled where it runs. */
export interface Pattern {
  readonly source: string
  readonly flags: string
}

/** Longest accepted expression, in UTF-16 units. */
const MAX_LENGTH = 4096

/**
 * The expression of a client's regex, unanchored as always in MetricQ. Flags may lead it as `(?i)`, which Python and
 * CouchDB know and JavaScript does not.
 *
 * @throws {RequestError} if it is too long or no regular expression
 */
export function parsePattern(text: string): Pattern {
  if (text.length > MAX_LENGTH) {
    throw new RequestError(`the regular expression has ${text.length} characters, at most ${MAX_LENGTH} are accepted`)
  }
  const [lead = "", flags = ""] = /^\(\?([ims]+)\)/.exec(text) ?? []
  const pattern = { source: text.slice(lead.length), flags: [...new Set(flags)].join("") }
  try {
    new RegExp(pattern.source, pattern.flags)
  } catch (error) {
    throw new RequestError(`"${text}" is not a regular expression: ${(error as Error).message}`, { cause: error })
  }
  return pattern
}

/**
 * What every match of the pattern begins with: the plain text behind a leading `^`; "" where that is not known.
 * It may be shorter than it could be, never longer.
 */
export function literalPrefix({ source, flags }: Pattern): string {
  if (flags !== "" || !source.startsWith("^") || source.includes("|")) return ""
  let prefix = ""
  let at = 1
  for (;;) {
    const [whole, plain, escaped] = /^(?:([\w:/ -])|\\([.\-/]))/.exec(source.slice(at, at + 2)) ?? []
    if (whole === undefined) break
    if (/^[*?{]/.test(source.slice(at + whole.length))) break // the character may be missing
    prefix += plain ?? escaped
    at += whole.length
  }
  return prefix
}
