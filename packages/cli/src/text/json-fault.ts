/** Where a text stops being JSON, and what could have stood there. */
export interface JsonFault {
  /** UTF-16 units from the beginning. */
  readonly index: number
  /** For people: completes "expected …". */
  readonly expected: string
}

const BLANKS = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

/** What the next token may be: a value, a key, a colon, or what follows a value. */
type Expectation = "value" | "value or ]" | "key" | "key or }" | "colon" | "end"

/**
 * The first fault of a text that `JSON.parse` refuses; `undefined` if there is none.
 *
 * The engine's own message quotes the text around the fault, where there may be passwords, and often does not say where it is.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("{" | "[")[] = []
  let next: Expectation = "value"
  let index = 0
  for (;;) {
    index = skip(BLANKS, text, index) ?? index
    const expected = describe(next, open.at(-1))
    if (index >= text.length) return next === "end" && open.length === 0 ? undefined : { index, expected }
    const step = take(text, index, next, open)
    if (!step) return { index, expected }
    index = step.index
    next = step.next
  }
}

function take(
  text: string,
  index: number,
  next: Expectation,
  open: ("{" | "[")[],
): { index: number; next: Expectation } | undefined {
  const char = text[index] ?? ""
  if (next === "colon") return char === ":" ? { index: index + 1, next: "value" } : undefined
  if (next === "end") return takeEnd(char, index, open)
  if (next === "key" || next === "key or }") {
    if (char === "}" && next === "key or }") return closed(index, open)
    const end = skip(STRING, text, index)
    return end === undefined ? undefined : { index: end, next: "colon" }
  }
  if (char === "]" && next === "value or ]") return closed(index, open)
  if (char === "{" || char === "[") {
    open.push(char)
    return { index: index + 1, next: char === "{" ? "key or }" : "value or ]" }
  }
  const end = skip(STRING, text, index) ?? skip(SCALAR, text, index)
  return end === undefined ? undefined : { index: end, next: "end" }
}

function takeEnd(char: string, index: number, open: ("{" | "[")[]): { index: number; next: Expectation } | undefined {
  const inside = open.at(-1)
  if (inside === undefined) return undefined
  if (char === ",") return { index: index + 1, next: inside === "{" ? "key" : "value" }
  return char === (inside === "{" ? "}" : "]") ? closed(index, open) : undefined
}

function closed(index: number, open: ("{" | "[")[]): { index: number; next: Expectation } {
  open.pop()
  return { index: index + 1, next: "end" }
}

function skip(pattern: RegExp, text: string, index: number): number | undefined {
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function describe(next: Expectation, inside: "{" | "[" | undefined): string {
  if (next === "colon") return "a colon"
  if (next === "key") return "a key in double quotes"
  if (next === "key or }") return "a key in double quotes or }"
  if (next === "value or ]") return "a value or ]"
  if (next === "value") return "a value"
  return inside === undefined ? "nothing more" : inside === "{" ? "a comma or }" : "a comma or ]"
}
