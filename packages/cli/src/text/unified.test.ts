import { expect, test } from "vitest"
import { colorsFor } from "../terminal/colors.js"
import { unifiedDiff } from "./unified.js"

const plain = colorsFor({}, {})
const names = { before: "revision 1", after: "file.json" }
const numbered = (count: number, changed: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, index) => changed[index + 1] ?? `line ${index + 1}`).join("\n")

test("equal texts have no difference", () => {
  expect(unifiedDiff("a\nb", "a\nb", names, plain)).toEqual([])
})

test("changes stand with their context, far ones apart", () => {
  expect(unifiedDiff(numbered(20), numbered(20, { 2: "two", 18: "eighteen" }), names, plain)).toEqual([
    "--- revision 1",
    "+++ file.json",
    "@@ -1,5 +1,5 @@",
    " line 1",
    "-line 2",
    "+two",
    " line 3",
    " line 4",
    " line 5",
    "@@ -15,6 +15,6 @@",
    " line 15",
    " line 16",
    " line 17",
    "-line 18",
    "+eighteen",
    " line 19",
    " line 20",
  ])
})

test("colours mark both sides", () => {
  const lines = unifiedDiff("a", "b", names, colorsFor({ isTTY: true }, {}))
  expect(lines.slice(2)).toEqual(["\x1b[36m@@ -1 +1 @@\x1b[39m", "\x1b[31m-a\x1b[39m", "\x1b[32m+b\x1b[39m"])
})
