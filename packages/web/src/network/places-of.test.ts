import type { JsonObject } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { placesOf } from "./places-of.js"

test("values and keys that are exactly the text are found, in the order of the document", () => {
  const document = {
    metrics: { "a/b~c": { input: "lab.power" }, "lab.power": "lab.power" },
    list: ["lab.power", ["x", "lab.power.more"], { name: "lab.power" }],
  }
  expect(placesOf(document, "lab.power", 10)).toEqual([
    "/metrics/a~1b~0c/input",
    "/metrics/lab.power",
    "/list/0",
    "/list/2/name",
  ])
  expect(placesOf(document, "lab.power", 2)).toHaveLength(2)
  expect(placesOf(document, "nothing", 10)).toEqual([])
})

test("every pointer leads to the text, or to what stands under it", () => {
  const value = fc.jsonValue({ maxDepth: 4 })
  const document = fc.dictionary(fc.constantFrom("x", "y", "~", "/", "a/b"), value)
  fc.assert(
    fc.property(document, (drawn) => {
      for (const text of ["x", "/", "~"]) {
        for (const pointer of placesOf(drawn as JsonObject, text, 100)) {
          const keys = pointer
            .split("/")
            .slice(1)
            .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
          let at: unknown = drawn
          for (const key of keys) at = (at as Record<string, unknown>)[key]
          expect(at === text || keys.at(-1) === text).toBe(true)
        }
      }
    }),
  )
})
