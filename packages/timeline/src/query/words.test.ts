import fc from "fast-check"
import { expect, test } from "vitest"
import { storeRowTimes, storeTimes, storeWhole, wordsOf } from "./words.js"

test("rows become times that are exact beyond 2^53", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 })
  const interval = fc.oneof(fc.bigInt({ min: 1000n, max: 10n ** 10n }), fc.bigInt({ min: 10n ** 15n, max: 10n ** 16n }))
  fc.assert(
    fc.property(
      fc.nat(400),
      steps,
      interval,
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      (first, after, intervalNs, originNs) => {
        let row = first
        const rows = Float64Array.from(after, (step) => (row += step))
        const times = new BigInt64Array(rows.length + 1)
        storeRowTimes(wordsOf(times), 1, intervalNs, rows, originNs)
        expect([...times.subarray(1)]).toEqual([...rows].map((of) => originNs + BigInt(of) * intervalNs))
        expect(times[0]).toBe(0n)
      },
    ),
  )
})

test("a base and offsets become times", () => {
  const offset = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 53 - 1 }))
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 9n * 10n ** 18n }), fc.array(offset), (baseNs, offsets) => {
      const times = new BigInt64Array(offsets.length)
      storeTimes(wordsOf(times), 0, baseNs, Float64Array.from(offsets))
      expect([...times]).toEqual(offsets.map((of) => baseNs + BigInt(of)))
    }),
  )
})

test("whole float64 become 64-bit numbers", () => {
  const numbers = Float64Array.of(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 3e18)
  const whole = new BigUint64Array(numbers.length)
  storeWhole(wordsOf(whole), 0, numbers)
  expect([...whole]).toEqual([...numbers].map(BigInt))
})
