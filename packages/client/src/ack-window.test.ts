import fc from "fast-check"
import { expect, test } from "vitest"
import { AckWindow } from "./ack-window.js"

test("acknowledges up to the first one that is not settled, and each one once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }).chain((count) =>
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i + 1),
          { minLength: 1, maxLength: count },
        ),
      ),
      (tags) => {
        const window = new AckWindow()
        const settled = new Set<number>()
        let acknowledged = 0
        for (const tag of tags) {
          settled.add(tag)
          acknowledged += window.settle(tag)
          let all = 0
          while (settled.has(all + 1)) all++
          expect([acknowledged, window.last]).toEqual([all, all])
        }
      },
    ),
  )
})
