import { expect, test } from "vitest"
import { lifecycleChange } from "./lifecycle.js"

const now = new Date("2026-11-26T07:00:00.123Z")
const archived = "2026-11-26 07:00:00.123000+00:00"

test("what is set by hand is taken away again", () => {
  expect(lifecycleChange("hide", { declared: {}, overlay: {} })).toEqual({ hidden: true })
  expect(lifecycleChange("unhide", { declared: {}, overlay: { hidden: true } })).toEqual({ hidden: null })
  expect(lifecycleChange("archive", { declared: {}, overlay: {} }, now)).toEqual({ archived })
  expect(lifecycleChange("unarchive", { declared: {}, overlay: { archived } })).toEqual({ archived: null })
})

test("what a source declares is overlaid", () => {
  expect(lifecycleChange("unhide", { declared: { hidden: true }, overlay: {} })).toEqual({ hidden: false })
  expect(lifecycleChange("hide", { declared: { hidden: true }, overlay: { hidden: false } })).toEqual({ hidden: true })
  expect(lifecycleChange("unarchive", { declared: { archived }, overlay: {} })).toEqual({ archived: "" })
  expect(lifecycleChange("archive", { declared: { archived }, overlay: { archived: "" } }, now)).toEqual({ archived })
})

test("what is so already is left as it is", () => {
  expect(lifecycleChange("hide", { declared: { hidden: true }, overlay: {} })).toBeUndefined()
  expect(lifecycleChange("unhide", { declared: {}, overlay: { hidden: false } })).toBeUndefined()
  expect(lifecycleChange("archive", { declared: {}, overlay: { archived: "since then" } })).toBeUndefined()
  expect(lifecycleChange("unarchive", { declared: {}, overlay: {} })).toBeUndefined()
})
