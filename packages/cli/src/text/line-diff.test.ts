import fc from "fast-check"
import { expect, test } from "vitest"
import { type DiffLine, diffLines } from "./line-diff.js"

const side = (lines: DiffLine[], other: DiffLine["kind"]) =>
  lines.filter(({ kind }) => kind !== other).map(({ line }) => line)

test("a change in the middle", () => {
  expect(diffLines(["a", "b", "c"], ["a", "x", "c"])).toEqual([
    { kind: "same", line: "a" },
    { kind: "removed", line: "b" },
    { kind: "added", line: "x" },
    { kind: "same", line: "c" },
  ])
})

test("both sides can be read from the difference, and it is as short as can be", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after)
      expect(side(diff, "added")).toEqual(before)
      expect(side(diff, "removed")).toEqual(after)
      expect(diff.filter(({ kind }) => kind === "same")).toHaveLength(longestCommon(before, after))
    }),
    { numRuns: 300 },
  )
})

test("texts with nothing in common stay cheap", () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `a${index}`)
  const after = Array.from({ length: 20_000 }, (_, index) => `b${index}`)
  const diff = diffLines(before, after)
  expect(side(diff, "added")).toEqual(before)
  expect(side(diff, "removed")).toEqual(after)
})

function longestCommon(a: string[], b: string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const x of a) {
    const next = [0]
    for (const [j, y] of b.entries()) next.push(x === y ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}
