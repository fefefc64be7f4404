import fc from "fast-check"
import { expect, test } from "vitest"
import { z } from "zod"
import { TextValue, textValueKeys } from "./text-value.js"

test.each<[object, string, number]>([
  [{}, " 42.5\n", 42.5],
  [{}, "1e3", 1000],
  [{ regex: "temp: (\\S+)" }, "fan: 3\ntemp: 21.5 C", 21.5],
  [{ regex: "\\d+" }, "about 7 of them", 7],
  [{ json: "$.a[1].b" }, '{"a": [0, {"b": 5}]}', 5],
  [{ json: "$..watts" }, '{"x": {"watts": "12.5"}}', 12.5],
  [{ json: "$.on" }, '{"on": true}', 1],
  [{ map: { open: 1, shut: 0 } }, "open", 1],
  [{ scale: 0.1, offset: -5 }, "100", 5],
])("%j reads %j as %d", (settings, text, value) => {
  expect(new TextValue(settings).read(text)).toBeCloseTo(value)
})

test("NaN may be written out", () => {
  expect(new TextValue({}).read("nan")).toBeNaN()
})

test.each<[object, string, string]>([
  [{}, "", '"" is no number'],
  [{}, "12 W", '"12 W" is no number'],
  [{ regex: "x(\\d)" }, "y", 'matches nowhere in "y"'],
  [{ json: "$.a" }, "{}", "there is nothing at $.a"],
  [{ json: "$.a" }, "oops", '"oops" is no JSON'],
  [{ json: "$.a" }, '{"a": null}', '"null" is no number'],
])("%j refuses %j: %s", (settings, text, message) => {
  expect(() => new TextValue(settings).read(text)).toThrow(message)
})

test("a wrong expression is refused with the configuration", () => {
  const schema = z.looseObject(textValueKeys)
  expect(schema.safeParse({ regex: "(" }).success).toBe(false)
  expect(schema.safeParse({ json: "$[" }).success).toBe(false)
  expect(schema.safeParse({ json: "$.a[?@.b > 1].c", regex: "a|b" }).success).toBe(true)
})

test("any number comes back, and any text is a number or an error", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(new TextValue({}).read(String(value))).toBe(value === 0 ? 0 : value)
    }),
  )
  fc.assert(
    fc.property(fc.string(), fc.constantFrom({}, { json: "$" }, { regex: "." }), (text, settings) => {
      try {
        expect(typeof new TextValue(settings).read(text)).toBe("number")
      } catch (error) {
        expect(error).toMatchObject({ code: "no-value" })
      }
    }),
  )
})
