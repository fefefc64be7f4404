import fc from "fast-check"
import { expect, test } from "vitest"
import { differenceCounts, foldedDifferences, lineDifferences } from "./line-differences.js"

const show = (oldText: string, newText: string) =>
  lineDifferences(oldText, newText).map(({ kind, text }) => `${{ same: " ", added: "+", removed: "-" }[kind]}${text}`)

test("a changed line is one removed and one added", () => {
  expect(show("{\na\n}", "{\nb\n}")).toEqual([" {", "-a", "+b", " }"])
  expect(lineDifferences("x\na", "x\nb")).toEqual([
    { kind: "same", text: "x", oldLine: 1, newLine: 1 },
    { kind: "removed", text: "a", oldLine: 2 },
    { kind: "added", text: "b", newLine: 2 },
  ])
})

test("nothing and the same text have no differences", () => {
  expect(lineDifferences("", "")).toEqual([])
  expect(differenceCounts(lineDifferences("a\nb", "a\nb"))).toEqual({ added: 0, removed: 0 })
  expect(show("", "a")).toEqual(["+a"])
})

const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 }).map((lines) => lines.join("\n"))

test("the lines that stay and are removed are the old text, those that stay and are added the new one", () => {
  fc.assert(
    fc.property(text, text, (oldText, newText) => {
      const lines = lineDifferences(oldText, newText)
      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join("\n")
      expect(without("added")).toBe(oldText)
      expect(without("removed")).toBe(newText)
    }),
  )
})

test("no shorter way leads from one text to the other", () => {
  fc.assert(
    fc.property(text, text, (oldText, newText) => {
      const { added, removed } = differenceCounts(lineDifferences(oldText, newText))
      const a = oldText === "" ? [] : oldText.split("\n")
      const b = newText === "" ? [] : newText.split("\n")
      expect(added + removed).toBe(a.length + b.length - 2 * longestCommon(a, b))
    }),
  )
})

test("texts too far apart replace each other, and in time", () => {
  const far = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`).join("\n")
  expect(differenceCounts(lineDifferences(far("a"), far("b")))).toEqual({ added: 5000, removed: 5000 })
})

test("what is far from any difference is folded away", () => {
  const lines = Array.from({ length: 40 }, (_, i) => String(i))
  const changed = lines.with(10, "x").with(30, "y")
  const pieces = foldedDifferences(lineDifferences(lines.join("\n"), changed.join("\n")), 2)
  expect(pieces.map((piece) => [piece[0]?.newLine, piece.length])).toEqual([
    [9, 6],
    [29, 6],
  ])
})

function longestCommon(a: string[], b: string[]): number {
  const row = new Array<number>(b.length + 1).fill(0)
  for (const line of a) {
    let diagonal = 0
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] ?? 0
      row[j] = line === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1] ?? 0)
      diagonal = above
    }
  }
  return row[b.length] ?? 0
}
