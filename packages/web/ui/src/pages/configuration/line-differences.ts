/** A line of two texts side by side: in both, only in the new one, or only in the old one. */
export interface DifferenceLine {
  kind: "same" | "added" | "removed"
  text: string
  /** Numbers from 1 where the line is in that text. */
  oldLine?: number
  newLine?: number
}

/** Texts further apart are shown as one replaced by the other: finding the least would take too long. */
const MAX_EDITS = 1500

/** The least lines to remove and to add that lead from one text to another, with the lines that stay, in order. */
export function lineDifferences(oldText: string, newText: string): DifferenceLine[] {
  const a = linesOf(oldText)
  const b = linesOf(newText)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const kinds = editsBetween(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  const script = [...Array<Kind>(head).fill("same"), ...kinds, ...Array<Kind>(tail).fill("same")]
  let i = 0
  let j = 0
  return script.map((kind) => {
    if (kind === "removed") return { kind, text: a[i] ?? "", oldLine: ++i }
    if (kind === "added") return { kind, text: b[j] ?? "", newLine: ++j }
    return { kind, text: b[j] ?? "", oldLine: ++i, newLine: ++j }
  })
}

/** Lines around what differs, in pieces: what is further than `context` lines from a difference is left out. */
export function foldedDifferences(lines: readonly DifferenceLine[], context = 3): DifferenceLine[][] {
  const near = new Uint8Array(lines.length)
  lines.forEach(({ kind }, at) => {
    if (kind !== "same") near.fill(1, Math.max(0, at - context), at + context + 1)
  })
  const pieces: DifferenceLine[][] = []
  lines.forEach((line, at) => {
    if (!near[at]) return
    if (at === 0 || !near[at - 1]) pieces.push([])
    pieces.at(-1)?.push(line)
  })
  return pieces
}

/** How many lines were added and removed. */
export function differenceCounts(lines: readonly DifferenceLine[]): { added: number; removed: number } {
  const of = (wanted: Kind) => lines.filter(({ kind }) => kind === wanted).length
  return { added: of("added"), removed: of("removed") }
}

type Kind = DifferenceLine["kind"]

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n")
}

/** Myers' greedy algorithm: `furthest[k]` is how far one gets in `a` on the diagonal k with so many edits. */
function editsBetween(a: readonly string[], b: readonly string[]): Kind[] {
  const most = Math.min(a.length + b.length, MAX_EDITS)
  const traces: Int32Array[] = []
  const furthest = new Int32Array(2 * most + 3)
  const at = (k: number) => furthest[k + most + 1] ?? 0
  for (let edits = 0; edits <= most; edits++) {
    traces.push(furthest.slice())
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && at(k - 1) < at(k + 1))
      let x = isDown ? at(k + 1) : at(k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest[k + most + 1] = x
      if (x >= a.length && x - k >= b.length) return backwards(traces, a.length, b.length, most)
    }
  }
  return [...Array<Kind>(a.length).fill("removed"), ...Array<Kind>(b.length).fill("added")]
}

function backwards(traces: readonly Int32Array[], aLength: number, bLength: number, most: number): Kind[] {
  const kinds: Kind[] = []
  let x = aLength
  let y = bLength
  for (let edits = traces.length - 1; edits > 0; edits--) {
    const trace = traces[edits]
    const at = (k: number) => trace?.[k + most + 1] ?? 0
    const k = x - y
    const isDown = k === -edits || (k !== edits && at(k - 1) < at(k + 1))
    const from = isDown ? k + 1 : k - 1
    const fromX = at(from)
    const fromY = fromX - from
    while (x > fromX + (isDown ? 0 : 1) && y > fromY + (isDown ? 1 : 0)) {
      kinds.push("same")
      x--
      y--
    }
    kinds.push(isDown ? "added" : "removed")
    x = fromX
    y = fromY
  }
  while (x > 0) {
    kinds.push("same")
    x--
  }
  return kinds.reverse()
}
