import { expect, test } from "vitest"
import { declaredIntervalS } from "./declared-interval.js"

test("the interval counts, else the rate", () => {
  expect(declaredIntervalS({ interval: "100ms", rate: 1 })).toBe(0.1)
  expect(declaredIntervalS({ interval: 5 })).toBe(5)
  expect(declaredIntervalS({ rate: 4 })).toBe(0.25)
})

test("what makes no sense says nothing", () => {
  for (const metadata of [{}, { interval: "often" }, { interval: -1 }, { rate: 0 }, { rate: Number.NaN }]) {
    expect(declaredIntervalS(metadata)).toBeUndefined()
  }
  expect(declaredIntervalS({ interval: "0s", rate: 2 })).toBe(0.5)
})
