import { expect, test } from "vitest"
import { boundsText, schemaText } from "./schema-text.js"

test("a schema reads like a type", () => {
  const schema = {
    type: "object",
    required: ["total", "metrics"],
    properties: {
      total: { type: "integer", description: "how many" },
      metrics: { type: "array", items: { $ref: "#/components/schemas/Metric" }, maxItems: 50 },
      unit: { type: ["string", "null"] },
      state: { enum: ["up", "gone"] },
      each: { type: "object", additionalProperties: { anyOf: [{ type: "number" }, { type: "null" }] } },
      list: { type: "array", items: { anyOf: [{ type: "number" }, { const: "x" }] } },
      any: {},
    },
  }
  expect(schemaText(schema)).toBe(`{
  total: integer  // how many
  metrics: Metric[]  // up to 50 of them
  unit?: string | null
  state?: "up" | "gone"
  each?: {
    [name]: number | null
  }
  list?: (number | "x")[]
  any?: anything
}`)
})

test("bounds in words", () => {
  expect(boundsText({ minimum: 1, maximum: 50, default: 10 })).toBe("1 to 50 · default 10")
  expect(boundsText({ maxLength: 5, pattern: "^a$" })).toBe("up to 5 characters · like ^a$")
  expect(boundsText({ minimum: 1 })).toBe("from 1")
  expect(boundsText({})).toBe("")
})
