import fc from "fast-check"
import { expect, test } from "vitest"
import { floatOrNull, pythonFloat, pythonJson, pythonString } from "./python-json.js"

test("floats are written as Python writes them", () => {
  const texts: [number, string][] = [
    ...([[5, "5.0"] as const, [-0, "-0.0"] as const, [0, "0.0"] as const] as [number, string][]),
    [1e-7, "1e-07"],
    [2.5e-5, "2.5e-05"],
    [0.0001, "0.0001"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [-1.5e22, "-1.5e+22"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [1795154401000.0005, "1795154401000.0005"],
    [390.59999999999997, "390.59999999999997"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ]
  for (const [value, text] of texts) expect(pythonFloat(value)).toBe(text)
  expect(floatOrNull(Number.POSITIVE_INFINITY)).toBe("null")
})

test("every float reads back as itself and is written as a float", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = pythonFloat(value)
      return Object.is(Number(text), value) && /[.e]/.test(text)
    }),
  )
})

test("strings are ASCII, and read back as themselves", () => {
  expect(pythonString('°C "\u{1f600}"\u007f\n')).toBe('"\\u00b0C \\"\\ud83d\\ude00\\"\\u007f\\n"')
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => JSON.parse(pythonString(text)) === text))
})

test("documents have blanks after commas and colons, and integers without a point", () => {
  const document = { unit: "W", rate: 0.5, kind: 1, hidden: false, more: [null, { a: 1e300 }], none: undefined }
  expect(pythonJson(document)).toBe(
    '{"unit": "W", "rate": 0.5, "kind": 1, "hidden": false, "more": [null, {"a": 1e+300}], "none": null}',
  )
})
