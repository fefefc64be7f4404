import { expect, test } from "vitest"
import { bandPath, linePath } from "./band-path.js"

const frame = { from: 0, to: 10, low: 0, high: 10, width: 100, height: 100 }

test("a value holds back to the time before it", () => {
  expect(linePath([0, 5, 10], [0, 10, 5], frame)).toBe("M0 0V0H50V50H100")
})

test("a gap stays empty", () => {
  expect(linePath([0, 2, 4, 6, 8], [1, 1, null, 2, 2], frame)).toBe("M0 90V90H20M60 80V80H80")
})

test("a band goes along the upper line and back along the lower one", () => {
  expect(bandPath([0, 10], [2, 2], [4, 6], frame)).toBe("M0 40V40H100V80H0Z")
})
