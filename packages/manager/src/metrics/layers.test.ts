import type { JsonObject } from "@metricq/client"
import fc from "fast-check"
import { expect, test } from "vitest"
import { flatten, layersOf } from "./layers.js"

const key = fc.constantFrom("unit", "rate", "hidden", "note", "constructor")
const value = fc.jsonValue({ maxDepth: 1 }).filter((json) => json !== null) as fc.Arbitrary<JsonObject[string]>
const layer = fc.array(fc.tuple(key, value)).map((entries): JsonObject => Object.fromEntries(entries))

test("the document is the overlay over what is declared, and both come back out of it", () => {
  fc.assert(
    fc.property(layer, layer, (declared, overlay) => {
      const { document, stored } = flatten({ declared, overlay })
      expect(document).toEqual({ ...declared, ...overlay })
      const back = layersOf(document, stored)
      expect(back).toEqual({ declared, overlay })
      expect(JSON.stringify(flatten(back).document)).toBe(JSON.stringify(document))
    }),
  )
})

test("a document without anything beside it is declared", () => {
  expect(layersOf({ unit: "W" }, undefined)).toEqual({ declared: { unit: "W" }, overlay: {} })
  expect(flatten({ declared: { unit: "W" }, overlay: {} })).toEqual({ document: { unit: "W" }, stored: undefined })
})
