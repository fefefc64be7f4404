import { expect, test } from "vitest"
import { hostlistPreview } from "./hostlist-preview.js"

test("a list tells how many it stands for, the first and the last", () => {
  expect(hostlistPreview("bmc[01-16].example")).toEqual({
    ...{ count: 16, first: ["bmc01.example", "bmc02.example", "bmc03.example"], last: "bmc16.example" },
  })
  expect(hostlistPreview(["a[1-2]", "b", "c"])).toEqual({ count: 4, first: ["a1", "a2", "b", "c"], last: undefined })
  expect(hostlistPreview([1, "[2-3]"])).toEqual({ count: 3, first: ["1", "2", "3"], last: undefined })
})

test("what is wrong with it is told", () => {
  expect(hostlistPreview("bmc[1-")).toEqual({ problem: "malformed" })
  expect(hostlistPreview("bmc[1-999999]")).toEqual({ problem: "many" })
})

test("of what stands for itself, or is being typed, nothing is told", () => {
  for (const value of ["", "bmc", undefined, { a: 1 }, 5, ["a", "b"], "[::1]:161", ["a[1-2]", ""]])
    expect(hostlistPreview(value)).toBeUndefined()
})
