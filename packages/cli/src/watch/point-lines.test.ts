import { expect, test } from "vitest"
import { jsonLines, plainLines } from "./point-lines.js"

const columns = {
  times: BigInt64Array.of(1795428000123456789n, 1795428001000000000n),
  values: Float64Array.of(0.1, Number.NaN),
}

test("one line a point", () => {
  expect(plainLines("lab.a\n", columns)).toBe(
    "2026-11-23T10:00:00.123456789Z lab.a\\u{a} 0.1\n2026-11-23T10:00:01Z lab.a\\u{a} NaN\n",
  )
})

test("one object a point", () => {
  expect(
    jsonLines("lab.a", columns)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { time: "2026-11-23T10:00:00.123456789Z", metric: "lab.a", value: 0.1 },
    { time: "2026-11-23T10:00:01Z", metric: "lab.a", value: "NaN" },
  ])
})
