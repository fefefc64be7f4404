/** Whether a text is of a pattern in which `*` stands for any run of characters. Takes time in proportion to the text. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [first = "", ...others] = pattern.split(/\*+/)
  const last = others.pop()
  if (last === undefined) return (text) => text === pattern
  return (text) => {
    const end = text.length - last.length
    if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return false
    let at = first.length
    for (const part of others) {
      const found = text.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
