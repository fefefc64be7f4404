import { bundleText } from "@metricq/protocol"
import { expect, test } from "vitest"
import { ImportFileError, readImport } from "./import-files.js"

test("a bundle is one file, or several of a folder", () => {
  const configs = new Map([
    ["source-a", { a: 1 }],
    ["x/b", { b: 2 }],
  ])
  expect(readImport([{ name: "metricq-bundle.json", text: bundleText(configs) }])).toEqual(configs)
  const files = [...configs].map(([token, config]) => ({
    name: `${encodeURIComponent(token)}.json`,
    text: JSON.stringify(config),
  }))
  expect(readImport(files)).toEqual(configs)
})

test.each([
  ["source-a.json", '{\n  "a": 1,\n}', 3, "PropertyNameExpected"],
  ["source-a.json", "[]", 1, "NotAnObject"],
  ["_a.json", "{}", 1, "name"],
  ["b.json", '{\n "format": "metricq-configurations 2" }', 2, "bundle"],
  ["b.json", '{\n "format": "metricq-configurations 1", "configurations": {\n "x": {},\n "y": 1 } }', 4, "bundle"],
])("%s with %j is wrong in line %i", (name, text, line, kind) => {
  const read = () =>
    readImport([
      { name: "source-z.json", text: "{}" },
      { name, text },
    ])
  expect(read).toThrow(ImportFileError)
  try {
    read()
  } catch (error) {
    expect(error).toMatchObject({ file: name, line, kind })
  }
})
