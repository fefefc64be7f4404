import { expect, test } from "vitest"
import { BundleError, bundleText, readBundle } from "./bundle.js"
import { importStep, secretProblemText } from "./bundle-import.js"
import type { JsonValue } from "./json.js"

test("a bundle is the same text for the same configurations, in the order of tokens, with keys as they are", () => {
  const a = new Map([
    ["source-b", { z: 1, a: 2 }],
    ["source-a", { hosts: [] }],
  ])
  const b = new Map([...a].reverse())
  expect(bundleText(a)).toBe(bundleText(b))
  expect(bundleText(a)).toBe(`{
  "format": "metricq-configurations 1",
  "configurations": {
    "source-a": {
      "hosts": []
    },
    "source-b": {
      "z": 1,
      "a": 2
    }
  }
}
`)
  expect(readBundle(JSON.parse(bundleText(a)))).toEqual(new Map(b))
})

const format = "metricq-configurations 1"
test.each<[JsonValue, (string | number)[], RegExp]>([
  [[], [], /the bundle: it must be an object, it is an array/],
  [{ agents: {} }, ["format"], /format: it is not "metricq-configurations 1"/],
  [{ format }, ["configurations"], /configurations: it is missing/],
  [
    { format, configurations: { a: 1 } },
    ["configurations", "a"],
    /configurations.a: it must be an object, it is a number/,
  ],
  [{ format, configurations: { _a: {} } }, ["configurations", "_a"], /leading _/],
])("%j is none, and where is told", (value, path, message) => {
  try {
    readBundle(value)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(BundleError)
    expect(error).toMatchObject({ path, message: expect.stringMatching(message) })
  }
})

test("a step is new, changed or the same; the order of keys counts, marks do not", () => {
  expect(importStep({ rate: 1 }, undefined).state).toBe("new")
  expect(importStep({ rate: 1 }, { rate: 2 }).state).toBe("changed")
  expect(importStep({ a: 1, b: 2 }, { b: 2, a: 1 }).state).toBe("changed")
  expect(importStep({ password: "******" }, { password: "x" })).toEqual({
    state: "same",
    config: { password: "x" },
    problems: [],
  })
  const [problem] = importStep({ hosts: [{ password: "******" }] }, { hosts: [] }).problems
  expect(secretProblemText(problem!)).toMatch(/^hosts\[0\]\.password: it is left out in the bundle/)
})
