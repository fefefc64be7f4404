/**
 * A name as Prometheus escapes what it did not allow in names: `U__a_2e_b` is `a.b`, `__` is `_`.
 *
 * Names without the prefix, and those that are no such escape, stay as they are.
 */
export function unescapeName(name: string): string {
  if (!name.startsWith("U__")) return name
  const escaped = name.slice(3)
  let plain = ""
  for (let i = 0; i < escaped.length; ) {
    const character = escaped[i]!
    if (character !== "_") {
      plain += character
      i++
    } else if (escaped[i + 1] === "_") {
      plain += "_"
      i += 2
    } else {
      const code = /^_([0-9a-fA-F]{1,6})_/.exec(escaped.slice(i, i + 8))
      const point = code === null ? Number.NaN : Number.parseInt(code[1]!, 16)
      if (!(point <= 0x10ffff) || (point >= 0xd800 && point < 0xe000)) return name
      plain += String.fromCodePoint(point)
      i += code![0].length
    }
  }
  return plain
}

/** The names that one in a query may mean, the likeliest first: itself, without escapes, with dots for its colons. */
export function spellings(name: string): string[] {
  return [...new Set([name, unescapeName(name), name.replaceAll(":", ".")])]
}
