import { Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { CounterRate } from "./counter-rate.js"

const at = (seconds: number) => Timestamp.fromNs(BigInt(seconds * 1e9))

test("a rate needs two readings, and a counter that goes on", () => {
  const rate = new CounterRate()
  expect(rate.next(100, at(0))).toBeUndefined()
  expect(rate.next(150, at(2))).toBe(25)
  expect(rate.next(150, at(4))).toBe(0)
  expect(rate.next(3, at(6))).toBeUndefined()
  expect(rate.next(5, at(7))).toBe(2)
  expect(rate.next(9, at(7))).toBeUndefined()
})

test("a counter of 32 bits runs over", () => {
  const rate = new CounterRate({ modulus: 2 ** 32 })
  rate.next(2 ** 32 - 6, at(0))
  expect(rate.next(4, at(1))).toBe(10)
})

test("a counter beyond the whole numbers of a double is exact", () => {
  const rate = new CounterRate()
  rate.next(2n ** 63n + 1n, at(0))
  expect(rate.next(2n ** 63n + 8n, at(1))).toBe(7)
  expect(rate.next(5n, at(2))).toBeUndefined()
})
