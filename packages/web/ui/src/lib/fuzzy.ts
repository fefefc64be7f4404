/** An expression that finds the letters of a word in their order, for a search that words found too little for. */
export function fuzzyPattern(word: string): string {
  const letters = [...word].map((letter) => letter.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
  return `/${letters.join(".*")}/`
}

/**
 * How well a name fits letters that occur in it in order: smaller is better, undefined if they do not occur.
 * Close letters and beginnings of components count for a name, its length against it.
 */
export function fuzzyRank(name: string, word: string): number | undefined {
  const text = name.toLowerCase()
  let at = -1
  let rank = name.length / 100
  for (const letter of word.toLowerCase()) {
    const next = text.indexOf(letter, at + 1)
    if (next < 0) return undefined
    const begins = next === 0 || !/[a-z0-9]/.test(text[next - 1] as string)
    rank += next === at + 1 ? 0 : begins ? 0.5 : 1 + (next - at) / 20
    at = next
  }
  return rank
}

/** Cuts a text where words occur in it, without regard to case: pairs of text and whether it is a hit. */
export function highlight(text: string, words: readonly string[]): [string, boolean][] {
  const real = words.filter((word) => word !== "").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  if (real.length === 0) return [[text, false]]
  const parts = text.split(new RegExp(`(${real.join("|")})`, "i"))
  return parts.map((part, i): [string, boolean] => [part, i % 2 === 1]).filter(([part]) => part !== "")
}
