import { Timestamp } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { IsoTimes } from "./iso-times.js"

test("times are printed as Timestamp prints them, in any order", () => {
  const iso = new IsoTimes()
  const step = fc.constantFrom(1n, 1000n, 1_000_000n, 1_000_000_000n)
  const time = fc
    .tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), step)
    .map(([ns, unit]) => ns - (ns % unit))
  fc.assert(
    fc.property(time, (ns) => {
      expect(iso.print(ns)).toBe(Timestamp.fromNs(ns).toIso())
    }),
  )
})
