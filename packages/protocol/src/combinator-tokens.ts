import { FormulaError } from "./formula-error.js"

/** A piece of a formula: what it is, its text without quotes, and where it stands. */
export interface FormulaToken {
  readonly kind: "name" | "quoted" | "number" | "duration" | "sign" | "end"
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Names that need no quotes: components of letters, digits and `_`, the first beginning with a letter or `_`. */
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
/** A number with a unit of time directly behind it. */
const DURATION = /\d+(?:\.\d+)?[a-zA-Zµμ]+/y
const QUOTED = /"(?:[^"\\]|\\["\\])*"/y
const SPACE = /\s+/y

/** Whether a name can stand in a formula without quotes. */
export function isBareName(name: string): boolean {
  return matchAt(NAME, name, 0) === name
}

/**
 * The pieces of a formula, an end mark last.
 *
 * @throws {FormulaError} `quote`, `number`, `character`
 */
export function formulaTokens(text: string): FormulaToken[] {
  const tokens: FormulaToken[] = []
  let at = 0
  while (at < text.length) {
    const space = matchAt(SPACE, text, at)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at = token.to
  }
  tokens.push({ kind: "end", text: "", from: text.length, to: text.length })
  return tokens
}

function tokenAt(text: string, from: number): FormulaToken {
  const token = (kind: FormulaToken["kind"], piece: string, meaning = piece): FormulaToken => {
    return { kind, text: meaning, from, to: from + piece.length }
  }
  const character = text[from] ?? ""
  if ("+-*/(),".includes(character)) return token("sign", character)
  if (character === '"') {
    const quoted = matchAt(QUOTED, text, from)
    if (quoted === undefined) throw new FormulaError("quote", "the quote does not end", from, text.length)
    return token("quoted", quoted, quoted.slice(1, -1).replace(/\\(.)/g, "$1"))
  }
  const number = matchAt(NUMBER, text, from)
  const duration = matchAt(DURATION, text, from)
  // `1e3` is a number, `1min` a duration.
  if (duration !== undefined && duration.length > (number?.length ?? 0)) return token("duration", duration)
  if (number !== undefined) {
    if (Number.isFinite(Number(number))) return token("number", number)
    throw new FormulaError("number", `${number} is too large`, from, from + number.length)
  }
  const name = matchAt(NAME, text, from)
  if (name !== undefined) return token("name", name)
  const whole = String.fromCodePoint(text.codePointAt(from) ?? 0)
  throw new FormulaError("character", `${whole} has no meaning in a formula`, from, from + whole.length)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
