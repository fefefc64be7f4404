import { expect, test } from "vitest"
import { csvField } from "./export-formats.js"

test("no name becomes a formula in a sheet, nor a second field", () => {
  expect(csvField("lab.power")).toBe("lab.power")
  expect(csvField("=cmd|'/c calc'!A0")).toBe("'=cmd|'/c calc'!A0")
  expect(["+1", "-1", "@a"].map(csvField)).toEqual(["'+1", "'-1", "'@a"])
  expect(csvField('=a","b')).toBe(`"'=a"",""b"`)
})
