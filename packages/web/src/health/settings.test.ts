import { expect, test } from "vitest"
import { anyOf, changedSettings, defaultSettings } from "./settings.js"
import { defaultThresholds, type Thresholds, thresholdRanges } from "./thresholds.js"

const before = defaultSettings(false)

test("what is not named stays", () => {
  expect(changedSettings(before, {})).toEqual(before)
  const changed = changedSettings(before, { thresholds: { nanS: 5 }, off: ["rate"], publish: true })
  expect(changed).toEqual({
    ...{ ...before, off: ["rate"], publish: true },
    thresholds: { ...defaultThresholds, nanS: 5 },
  })
  expect(changedSettings(changed, { thresholds: { nanS: null } }).thresholds).toEqual(defaultThresholds)
})

test("every default is within its range", () => {
  for (const [key, [low, high]] of Object.entries(thresholdRanges)) {
    const value = defaultThresholds[key as keyof Thresholds]
    expect({ key, fits: value >= low && value <= high }).toEqual({ key, fits: true })
  }
})

test.each([
  [{ thresholds: { nanS: -1 } }, "thresholds.nanS: expected a number from 0"],
  [{ thresholds: { sweepS: 0 } }, "thresholds.sweepS"],
  [{ thresholds: { other: 1 } }, "thresholds.other: there is no such threshold"],
  [{ thresholds: { toString: 1 } }, "thresholds.toString: there is no such threshold"],
  [{ off: ["other"] }, 'off: expected a kind of finding, got "other"'],
  [{ ignore: [5] }, "ignore: expected a glob"],
  [{ ignore: Array(201).fill("a") }, "ignore: expected a list of at most 200"],
  [{ publish: 1 }, "publish: expected true or false"],
])("refused: %j", (change, message) => {
  expect(() => changedSettings(before, change)).toThrow(message)
})

test("metrics are left out by globs", () => {
  const isIgnored = anyOf(["lab.test.**", "*.noise"])
  expect(["lab.test.a.b", "lab.noise", "lab.a.noise", "lab.tests"].map(isIgnored)).toEqual([true, true, false, false])
  expect(anyOf([])("lab.a")).toBe(false)
})
