import { expect, test } from "vitest"
import { parseJsonObject, prettyJson, readJsonObject, sortedJson } from "./json-text.js"

test("keys are sorted at every level only for comparing", () => {
  const value = { b: [{ d: 1, c: null }], a: "x" }
  expect(prettyJson(value)).toBe('{\n  "b": [\n    {\n      "d": 1,\n      "c": null\n    }\n  ],\n  "a": "x"\n}')
  expect(sortedJson(value)).toBe('{\n  "a": "x",\n  "b": [\n    {\n      "c": null,\n      "d": 1\n    }\n  ]\n}')
})

test("what is no object is named with its source", () => {
  expect(parseJsonObject('\uFEFF{"a": 1}', "f.json")).toEqual({ a: 1 })
  expect(() => parseJsonObject("[]", "f.json")).toThrow("f.json must hold a JSON object, it holds an array")
  expect(() => parseJsonObject("null", "f.json")).toThrow("it holds null")
  expect(() => parseJsonObject("  ", "f.json")).toThrow("f.json is not JSON: it is empty")
  expect(() => parseJsonObject('{"a": 1}\n{', "f.json")).toThrow(
    "f.json is not JSON: line 2, column 1: expected nothing more",
  )
  expect(() => parseJsonObject('{"password": "geheim"', "f.json")).toThrow(
    /^(?!.*geheim).*column 22: expected a comma or }$/,
  )
})

test("a file that is not there is named", async () => {
  await expect(readJsonObject("no/such/file.json")).rejects.toThrow(/cannot read no\/such\/file.json: ENOENT/)
})
