/** How much of the smaller of two sets of pairs of letters must be in the other. */
const ENOUGH = 0.5

/**
 * Of `names`, at most `limit` that share most pairs of neighbouring letters with `name`, the most similar first; none if none is near.
 *
 * Parts that are missing, added or swapped cost little, so `node1.powr` finds `lab.node1.power`.
 */
export function similarNames(name: string, names: Iterable<string>, limit = 3): string[] {
  const wanted = pairsOf(name)
  const ranked: { name: string; score: number }[] = []
  for (const candidate of names) {
    const score = similarity(wanted, pairsOf(candidate))
    if (score >= ENOUGH) ranked.push({ name: candidate, score })
  }
  ranked.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
  return ranked.slice(0, limit).map((each) => each.name)
}

function pairsOf(name: string): Set<string> {
  const text = name.toLowerCase()
  const pairs = new Set<string>()
  for (let at = 0; at < text.length - 1; at += 1) pairs.add(text.slice(at, at + 2))
  return pairs
}

/** 1 for the same pairs, 0 for none in common. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const pair of a) if (b.has(pair)) common += 1
  return (2 * common) / Math.max(1, a.size + b.size)
}
