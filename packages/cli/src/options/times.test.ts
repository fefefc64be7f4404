import { expect, test } from "vitest"
import { UsageError } from "../errors.js"
import { durationOf, timeOf } from "./times.js"

test("durations", () => {
  expect(durationOf("--timeout", "5").s).toBe(5)
  expect(durationOf("--timeout", "500ms").ms).toBe(500)
  for (const text of ["", "0", "-1s", "soon"]) expect(() => durationOf("--timeout", text)).toThrow(UsageError)
  expect(() => durationOf("--timeout", "soon")).toThrow(/^--timeout soon: expected a duration such as/)
})

test("times", () => {
  expect(timeOf("--timestamp", "2026-11-23T10:00:00.123456789Z").posixNs).toBe(1795428000123456789n)
  expect(timeOf("--timestamp", "epoch").posixNs).toBe(0n)
  expect(() => timeOf("--timestamp", "yesterday")).toThrow(/^--timestamp yesterday: expected an ISO 8601 time/)
})
