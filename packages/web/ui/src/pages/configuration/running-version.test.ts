import { expect, test } from "vitest"
import { runningVersion, versionOf } from "./running-version.js"

test("a revision begins with the number of its version", () => {
  expect(versionOf("12-9c3f")).toBe(12)
  expect(versionOf("0-9c3f")).toBeUndefined()
  expect(versionOf("x")).toBeUndefined()
  expect(versionOf(undefined)).toBeUndefined()
})

test("what runs is what was accepted, not what was only sent", () => {
  const time = "2026-11-26T12:00:00Z"
  expect(runningVersion({ sent: { revision: "3-a", time, how: "apply" }, accepted: { revision: "2-b", time } })).toBe(2)
  expect(runningVersion({ sent: { revision: "3-a", time, how: "apply" } })).toBeUndefined()
  expect(runningVersion(undefined)).toBeUndefined()
})
