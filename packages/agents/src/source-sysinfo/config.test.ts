import { describe, expect, test } from "vitest"
import { metricPrefix, sysinfoSchema } from "./config.js"

describe("the prefix", () => {
  test.each([
    ["lab.node17", "lab.node17."],
    ["lab.node17.", "lab.node17."],
    ["", ""],
  ])("%j begins metrics with %j", (prefix, begin) => {
    expect(metricPrefix({ prefix })).toBe(begin)
  })

  test("is the name of the host by default", () => {
    expect(metricPrefix({})).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]*\.$/)
  })
})

test("everything is on, once a second, if nothing is configured", () => {
  const { rate, prefix, ...groups } = sysinfoSchema.parse({})
  expect({ rate, prefix }).toEqual({ rate: 1, prefix: undefined })
  expect(new Set(Object.values(groups))).toEqual(new Set([true]))
})
