/** Of `names`, the one that `name` was probably meant to be; `undefined` if none is near. */
export function closest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(Math.min(name.length, MAX_LENGTH) / 3)) + 1
  for (const candidate of names) {
    const distance = editDistance(name.slice(0, MAX_LENGTH).toLowerCase(), candidate.slice(0, MAX_LENGTH).toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** The cost grows with the square; nobody mistypes longer names. */
const MAX_LENGTH = 64

/** Letters to insert, take away, replace, or swap with their neighbour to make one of the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : replaced
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[b.length] ?? a.length
}
