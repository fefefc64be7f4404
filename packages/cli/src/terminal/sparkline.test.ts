import fc from "fast-check"
import { expect, test } from "vitest"
import { sparkline } from "./sparkline.js"

test("bars run from the smallest to the largest value", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█")
  expect(sparkline([5, 5])).toBe("▄▄")
  expect(sparkline([0, 0])).toBe("▁▁")
  expect(sparkline([1, Number.NaN, 2])).toBe("▁ █")
  expect(sparkline([Number.NEGATIVE_INFINITY, 1, 2, Number.POSITIVE_INFINITY])).toBe("▁▁██")
  expect(sparkline([Number.NaN])).toBe(" ")
  expect(sparkline([])).toBe("")
  expect(sparkline([-Number.MAX_VALUE, 0, Number.MAX_VALUE])).toBe("▁▅█")
})

test("every value has one bar", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double()),
      (values) => /^[ ▁▂▃▄▅▆▇█]*$/.test(sparkline(values)) && sparkline(values).length === values.length,
    ),
  )
})
