/** Names a list may stand for; a typing error must not fill the memory. */
const MAX_NAMES = 100_000

/**
 * The names that a hostlist stands for, in order: `bmc[1-3,7].example` is `bmc1.example`, `bmc2.example`, `bmc3.example`,
 * `bmc7.example`. Leading zeros stay (`n[08-10]`), several brackets multiply, the first changing slowest, and commas outside of
 * brackets separate lists. The syntax is that of python-hostlist.
 *
 * @throws {RangeError} for text that is no hostlist, or stands for more than 100,000 names
 */
export function expandHostlist(text: string): string[] {
  const names = splitOutside(text).flatMap((part) => expandPart(part.trim()))
  if (names.length > MAX_NAMES) throw tooMany(text)
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
    if (depth < 0 || depth > 1) throw malformed(text)
    if (text[i] !== "," || depth > 0) continue
    parts.push(text.slice(begin, i))
    begin = i + 1
  }
  if (depth !== 0) throw malformed(text)
  return [...parts, text.slice(begin)]
}

function expandPart(text: string): string[] {
  if (text === "") throw malformed(text)
  const match = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(text)
  if (match === null) return [text]
  const [, before = "", inside = "", after = ""] = match
  const tails = after === "" ? [""] : expandPart(after)
  const numbers = inside.split(",").flatMap((range) => expandRange(range.trim(), text))
  if (numbers.length * tails.length > MAX_NAMES) throw tooMany(text)
  return numbers.flatMap((number) => tails.map((tail) => before + number + tail))
}

function expandRange(range: string, text: string): string[] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range)
  if (match === null) throw malformed(text)
  const [, low = "", high = low] = match
  const first = Number(low)
  const count = Number(high) - first + 1
  if (count < 1) throw malformed(text)
  if (count > MAX_NAMES) throw tooMany(text)
  return Array.from({ length: count }, (_, i) => String(first + i).padStart(low.length, "0"))
}

function malformed(text: string): RangeError {
  return new RangeError(`${JSON.stringify(text)} is no hostlist such as "node[01-16].example"`)
}

function tooMany(text: string): RangeError {
  return new RangeError(`${JSON.stringify(text.slice(0, 100))} stands for more than ${MAX_NAMES} names`)
}
