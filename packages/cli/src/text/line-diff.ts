/** One line of a comparison: in both texts, only in the old one, or only in the new one. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added"
  readonly line: string
}

/** Edits beyond which a block counts as replaced as a whole: the search costs the square of their number. */
const MAX_EDITS = 2000

/**
 * The shortest list of removed and added lines that turns `before` into `after` (Myers' algorithm).
 *
 * In a block with more than 2000 edits, everything old is removed and everything new added.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let oldEnd = before.length
  let newEnd = after.length
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd -= 1
    newEnd -= 1
  }
  return [
    ...marked("same", before.slice(0, start)),
    ...diffBlock(before.slice(start, oldEnd), after.slice(start, newEnd)),
    ...marked("same", before.slice(oldEnd)),
  ]
}

function marked(kind: DiffLine["kind"], lines: readonly string[]): DiffLine[] {
  return lines.map((line) => ({ kind, line }))
}

function diffBlock(before: readonly string[], after: readonly string[]): DiffLine[] {
  const trace = before.length > 0 && after.length > 0 ? shortestEdit(before, after) : undefined
  return trace ? walkBack(before, after, trace) : [...marked("removed", before), ...marked("added", after)]
}

/** For each number of edits, how far into `before` each diagonal (old index − new index) can be followed. */
function shortestEdit(before: readonly string[], after: readonly string[]): Int32Array[] | undefined {
  const limit = Math.min(MAX_EDITS, before.length + after.length)
  let reach = new Int32Array([0, 0, 0])
  const trace: Int32Array[] = []
  for (let edits = 0; edits <= limit; edits += 1) {
    // `reach` is centred: diagonal k stands at index k + edits + 1.
    const next = new Int32Array(2 * edits + 5)
    for (let k = -edits; k <= edits; k += 2) {
      let x = stepsDown(reach, k, edits) ? at(reach, k + 1, edits) : at(reach, k - 1, edits) + 1
      if (edits === 0) x = 0
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1
      next[k + edits + 2] = x
      if (x >= before.length && x - k >= after.length) {
        trace.push(reach)
        return trace
      }
    }
    trace.push(reach)
    reach = next
  }
  return undefined
}

function at(reach: Int32Array, k: number, edits: number): number {
  return reach[k + edits + 1] ?? 0
}

function stepsDown(reach: Int32Array, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && at(reach, k - 1, edits) < at(reach, k + 1, edits))
}

function walkBack(before: readonly string[], after: readonly string[], trace: readonly Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = []
  let x = before.length
  let y = after.length
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = trace[edits] ?? new Int32Array()
    const k = x - y
    const down = stepsDown(reach, k, edits)
    const fromX = edits === 0 ? 0 : at(reach, down ? k + 1 : k - 1, edits)
    const fromY = edits === 0 ? 0 : fromX - (down ? k + 1 : k - 1)
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      lines.push({ kind: "same", line: before[x] ?? "" })
    }
    if (edits === 0) break
    if (down) lines.push({ kind: "added", line: after[--y] ?? "" })
    else lines.push({ kind: "removed", line: before[--x] ?? "" })
  }
  return lines.reverse()
}
