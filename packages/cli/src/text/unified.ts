import type { Colors } from "../terminal/colors.js"
import { printable } from "../terminal/text.js"
import { type DiffLine, diffLines } from "./line-diff.js"

/** Unchanged lines shown around a change. */
const CONTEXT = 3

/** Names of the two sides of a comparison, shown at its head. */
export interface DiffNames {
  readonly before: string
  readonly after: string
}

/**
 * The difference of two texts in the unified form that `diff -u` and `git diff` print, ready for a terminal.
 *
 * Equal texts give no lines.
 */
export function unifiedDiff(before: string, after: string, names: DiffNames, colors: Colors): string[] {
  const lines = diffLines(before.split("\n"), after.split("\n"))
  const hunks = hunksOf(lines)
  if (hunks.length === 0) return []
  return [
    colors.bold(`--- ${printable(names.before)}`),
    colors.bold(`+++ ${printable(names.after)}`),
    ...hunks.flatMap(([from, to]) => [colors.cyan(header(lines, from, to)), ...body(lines.slice(from, to), colors)]),
  ]
}

/** Ranges of `lines` to show: each change with its context, those that touch joined. */
function hunksOf(lines: readonly DiffLine[]): [from: number, to: number][] {
  const hunks: [number, number][] = []
  for (const [index, { kind }] of lines.entries()) {
    if (kind === "same") continue
    const from = Math.max(0, index - CONTEXT)
    const to = Math.min(lines.length, index + CONTEXT + 1)
    const last = hunks.at(-1)
    if (last && from <= last[1]) last[1] = to
    else hunks.push([from, to])
  }
  return hunks
}

function header(lines: readonly DiffLine[], from: number, to: number): string {
  const side = (other: DiffLine["kind"]): string => {
    const first = lines.slice(0, from).filter(({ kind }) => kind !== other).length + 1
    const count = lines.slice(from, to).filter(({ kind }) => kind !== other).length
    return count === 1 ? `${first}` : `${count === 0 ? first - 1 : first},${count}`
  }
  return `@@ -${side("added")} +${side("removed")} @@`
}

function body(lines: readonly DiffLine[], colors: Colors): string[] {
  return lines.map(({ kind, line }) => {
    const text = printable(line)
    if (kind === "removed") return colors.red(`-${text}`)
    if (kind === "added") return colors.green(`+${text}`)
    return ` ${text}`
  })
}
