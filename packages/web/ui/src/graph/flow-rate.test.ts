import { expect, test } from "vitest"
import { isFarBelow, rateNow, sumOfFlows } from "./flow-rate.js"

const flow = (rate: number, measured?: { metrics: number; rate: number; declared: number }) => ({
  ...{ metrics: 2, rate, unrated: 0 },
  ...(measured && { measured }),
})

test("what is measured counts, and what is declared where nothing is", () => {
  expect(rateNow(flow(10))).toBe(10)
  expect(rateNow(flow(10, { metrics: 2, rate: 7, declared: 10 }))).toBe(7)
  expect(rateNow(flow(10, { metrics: 1, rate: 7, declared: 6 }))).toBe(11)
  expect(rateNow(flow(0, { metrics: 2, rate: 0, declared: 0 }))).toBe(0)
})

test("far below is less than half of what the same metrics declare", () => {
  expect(isFarBelow(flow(10))).toBe(false)
  expect(isFarBelow(flow(10, { metrics: 1, rate: 3, declared: 6 }))).toBe(false)
  expect(isFarBelow(flow(10, { metrics: 1, rate: 2.9, declared: 6 }))).toBe(true)
  expect(isFarBelow(flow(0, { metrics: 2, rate: 0, declared: 0 }))).toBe(false)
})

test("flows add up, and are measured if one of them is", () => {
  expect(sumOfFlows([flow(1), flow(2)])).toEqual({ metrics: 4, rate: 3, unrated: 0 })
  expect(sumOfFlows([flow(1), flow(2, { metrics: 1, rate: 5, declared: 2 })])).toEqual({
    ...{ metrics: 4, rate: 3, unrated: 0, measured: { metrics: 1, rate: 5, declared: 2 } },
  })
})
