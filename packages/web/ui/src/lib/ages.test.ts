import { expect, test } from "vitest"
import { rate, secondsSince, shortSpan, span } from "./ages.js"

test("a length of time is told in its largest unit", () => {
  expect([-5, 0.4, 3, 59.9, 60, 3599, 3600, 86_399, 86_400 * 400].map(span)).toEqual([
    "0\u00a0s",
    "0\u00a0s",
    "3\u00a0s",
    "59\u00a0s",
    "1\u00a0min",
    "59\u00a0min",
    "1\u00a0h",
    "23\u00a0h",
    "400\u00a0d",
  ])
  expect(span(Number.NaN)).toBe("0\u00a0s")
})

test("a short length of time is told in milliseconds", () => {
  expect([0, 0.0002, 0.03, 0.9996, 1, 90].map(shortSpan)).toEqual([
    "0\u00a0s",
    "1\u00a0ms",
    "30\u00a0ms",
    "1000\u00a0ms",
    "1\u00a0s",
    "1\u00a0min",
  ])
})

test("the age of a time in nanoseconds keeps its milliseconds", () => {
  expect(secondsSince("1700000000250000000", 1_700_000_001_000)).toBe(0.75)
  expect(secondsSince("1700000002000000000", 1_700_000_001_000)).toBe(-1)
})

test("a rate is in hertz, and slower than that in time between two points", () => {
  expect([1, 10, 33.333_333, 0.5, 0.1, 1 / 60, 1 / 300, 1 / 3600].map(rate)).toEqual([
    "1\u00a0Hz",
    "10\u00a0Hz",
    "33.33\u00a0Hz",
    "1/2\u00a0s",
    "1/10\u00a0s",
    "1/min",
    "1/5\u00a0min",
    "1/h",
  ])
  expect([null, undefined, 0, -1, Number.NaN].map(rate)).toEqual(["", "", "", "", ""])
})
