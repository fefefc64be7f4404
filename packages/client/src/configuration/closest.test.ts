import { expect, test } from "vitest"
import { closest } from "./closest.js"

const names = ["rate", "prefix", "include", "exclude", "source-sysinfo"]

test.each([
  ["rat", "rate"],
  ["Prefix", "prefix"],
  ["exlude", "exclude"],
  ["sysinfo-source", undefined],
  ["source-sysinf", "source-sysinfo"],
  ["interval", undefined],
  ["", undefined],
])("%j was meant to be %j", (name, meant) => {
  expect(closest(name, names)).toBe(meant)
})

test("long names cost little", () => {
  expect(closest("x".repeat(1e6), ["y".repeat(1e6)])).toBeUndefined()
})
