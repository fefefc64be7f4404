import { expect, test } from "vitest"
import { checkLevelParameters, defaultLevelParameters, levelIntervals } from "./level-parameters.js"

test("levels grow by the factor up to the longest interval that fits", () => {
  const parameters = { ...defaultLevelParameters, intervalMaxNs: 10_000_000_000_000n }
  expect(levelIntervals(parameters)).toEqual([10n ** 10n, 10n ** 11n, 10n ** 12n, 10n ** 13n])
  expect(levelIntervals({ ...parameters, intervalMaxNs: 10n ** 13n - 1n })).toHaveLength(3)
})

test.each([
  [{ intervalMinNs: 999n }, /interval_min/],
  [{ intervalMinNs: 1001n }, /divisible/],
  [{ intervalMaxNs: 9_999_999_999n }, /interval_max/],
  [{ intervalFactor: 1 }, /interval_factor/],
  [{ intervalFactor: 2.5 }, /interval_factor/],
  [{ maxGapNs: 0n }, /gap/],
])("parameters that cannot be are refused: %o", (wrong, message) => {
  expect(() => checkLevelParameters("lab.power", { ...defaultLevelParameters, ...wrong })).toThrow(message)
})
