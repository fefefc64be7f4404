import fc from "fast-check"
import { expect, test } from "vitest"
import { Deadlines } from "./deadlines.js"

const schedule = (intervalMs: number, offsetMs = 0, jitterMs = 0) => ({ intervalMs, offsetMs, jitterMs })
const noon = Date.UTC(2026, 0, 1, 12)

test("deadlines are multiples of the interval, plus the offset", () => {
  const deadlines = new Deadlines(schedule(5000, 1000))
  expect(deadlines.next(noon + 1).startMs).toBe(noon + 1000)
  expect(deadlines.next(noon + 1001).startMs).toBe(noon + 6000)
  expect(deadlines.next(noon + 6005).time.posixNs).toBe(BigInt(noon + 11_000) * 1_000_000n)
  expect(deadlines.skipped).toBe(0)
})

test("jitter puts a round off, not its time", () => {
  const deadlines = new Deadlines(schedule(5000, 0, 1000), () => 0.5)
  const { time, startMs } = deadlines.next(noon)
  expect(startMs).toBe(noon + 500)
  expect(time.posixNs).toBe(BigInt(noon) * 1_000_000n)
})

test("what cannot be met is skipped and counted; a little late is met", () => {
  const deadlines = new Deadlines(schedule(1000))
  deadlines.next(noon)
  expect(deadlines.next(noon + 1090).startMs).toBe(noon + 1000)
  expect(deadlines.next(noon + 4500).startMs).toBe(noon + 5000)
  expect(deadlines.skipped).toBe(3)
})

test("a clock that is set back is followed, at once and without a burst", () => {
  const deadlines = new Deadlines(schedule(1000))
  deadlines.next(noon)
  expect(deadlines.next(noon - 3_600_000).startMs).toBe(noon - 3_600_000)
})

test("times are exact multiples whatever the interval, and increase while the clock does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 3_600_000_000 }),
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 50 }),
      (intervalUs, steps) => {
        const deadlines = new Deadlines(schedule(intervalUs / 1000))
        const intervalNs = BigInt(intervalUs) * 1000n
        let now = noon
        let last = 0n
        for (const step of steps) {
          const { time, startMs } = deadlines.next(now)
          now = Math.max(now, startMs) + step
          expect(time.posixNs % intervalNs).toBe(0n)
          expect(time.posixNs).toBeGreaterThan(last)
          last = time.posixNs
        }
      },
    ),
  )
})
