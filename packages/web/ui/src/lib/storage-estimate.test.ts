import { expect, test } from "vitest"
import { bytesPerDay, bytesPerPoint } from "./storage-estimate.js"

const second = (s: number) => String(BigInt(s) * 1_000_000_000n)
const hour = { points: 3600, inMemory: 600, bytes: 9000, first: second(1000), last: second(4600) }

test("a point costs what those on disk have cost, and a day has as many as there were so far", () => {
  expect(bytesPerPoint(hour)).toBe(3)
  expect(bytesPerDay(hour)).toBe(3 * 86_400)
})

test("too little is no estimate", () => {
  expect(bytesPerPoint({ ...hour, inMemory: 3550 })).toBeUndefined()
  expect(bytesPerPoint({ ...hour, bytes: 0 })).toBeUndefined()
  expect(bytesPerDay({ ...hour, last: second(1500) })).toBeUndefined()
  expect(bytesPerDay({ ...hour, first: null })).toBeUndefined()
})
