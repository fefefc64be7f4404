/** Names a list may stand for; a typing error must not fill the memory. */
const MAX_NAMES = 100_000

/** A text is no hostlist (`malformed`), or stands for more than 100,000 names (`many`). */
export class HostlistError extends RangeError {
  readonly kind: "malformed" | "many"

  constructor(kind: "malformed" | "many", text: string) {
    const shown = JSON.stringify(text.slice(0, 100))
    super(
      kind === "many"
        ? `${shown} stands for more than ${MAX_NAMES} names`
        : `${shown} is no hostlist such as "node[01-16].example"`,
    )
    this.name = "HostlistError"
    this.kind = kind
  }
}

/**
 * The names that a hostlist stands for, in order: `bmc[1-3,7].example` is `bmc1.example`, `bmc2.example`, `bmc3.example`,
 * `bmc7.example`. Leading zeros stay (`n[08-10]`), several brackets multiply, the first changing slowest, and commas outside of
 * brackets separate lists. The syntax is that of python-hostlist.
 *
 * @throws {HostlistError} for text that is no hostlist, or stands for more than 100,000 names
 */
export function expandHostlist(text: string): string[] {
  const names = splitOutside(text).flatMap((part) => expandPart(part.trim()))
  if (names.length > MAX_NAMES) throw new HostlistError("many", text)
  return names
}

/** The names of a hostlist, or of an array whose elements are hostlists. Throws as {@link expandHostlist}. */
export function hostnames(list: string | readonly string[]): string[] {
  return typeof list === "string" ? expandHostlist(list) : list.flatMap((element) => expandHostlist(element))
}

/** Splits at commas outside of brackets. */
function splitOutside(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let begin = 0
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === "[") depth += 1
    if (text[i] === "]") depth -= 1
    if (depth < 0 || depth > 1) throw new HostlistError("malformed", text)
    if (text[i] !== "," || depth > 0) continue
    parts.push(text.slice(begin, i))
    begin = i + 1
  }
  if (depth !== 0) throw new HostlistError("malformed", text)
  return [...parts, text.slice(begin)]
}

function expandPart(text: string): string[] {
  if (text === "") throw new HostlistError("malformed", text)
  const match = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(text)
  if (match === null) return [text]
  const [, before = "", inside = "", after = ""] = match
  const tails = after === "" ? [""] : expandPart(after)
  const numbers = inside.split(",").flatMap((range) => expandRange(range.trim(), text))
  if (numbers.length * tails.length > MAX_NAMES) throw new HostlistError("many", text)
  return numbers.flatMap((number) => tails.map((tail) => before + number + tail))
}

function expandRange(range: string, text: string): string[] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range)
  if (match === null) throw new HostlistError("malformed", text)
  const [, low = "", high = low] = match
  const first = Number(low)
  const count = Number(high) - first + 1
  if (count < 1) throw new HostlistError("malformed", text)
  if (count > MAX_NAMES) throw new HostlistError("many", text)
  return Array.from({ length: count }, (_, i) => String(first + i).padStart(low.length, "0"))
}
