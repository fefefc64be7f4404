import { expect, test } from "vitest"
import { durationText, lengthText, nanoseconds } from "./time-format.js"

test("a length of time has all its parts", () => {
  expect([0, 0.25, 999, 12_250, 59_999].map(durationText)).toEqual(["0 ms", "0.25 ms", "999 ms", "12.25 s", "59.999 s"])
  expect([60_000, 3_912_000, 86_400_000, 183_600_000].map(durationText)).toEqual([
    "1 min",
    "1 h 5 min 12 s",
    "1 d",
    "2 d 3 h",
  ])
  expect(durationText(-90_000)).toBe("−1 min 30 s")
  expect(lengthText(50_000)).toBe("50 s")
})

test("nanoseconds of a number of ms", () => {
  expect(nanoseconds(1795154400000)).toBe("1795154400000000000")
  expect(nanoseconds(1795154400000.25)).toBe("1795154400000250000")
})
