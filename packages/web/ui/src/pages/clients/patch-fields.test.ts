import { expect, test } from "vitest"
import type { JsonSchema } from "../configuration/schema-form.js"
import { commonFields, fieldValue, patchFields } from "./patch-fields.js"

const schema: JsonSchema = {
  type: "object",
  properties: {
    rate: { type: "number", exclusiveMinimum: 0, description: "how often" },
    interval: { anyOf: [{ type: "string" }, { type: "number" }] },
    name_prefix: { type: "string" },
    mode: { enum: ["fast", "slow"] },
    quiet: { type: "boolean" },
    hosts: { type: "array", items: { type: "string" } },
    store: { type: "object", properties: { days: { type: "integer" } } },
  },
}

test("fields of one value are found, within objects, too", () => {
  expect(patchFields(schema).map(({ path, label, kind }) => [path.join("."), label, kind])).toEqual([
    ["rate", "Rate", "number"],
    ["interval", "Interval", "text"],
    ["name_prefix", "Name prefix", "text"],
    ["mode", "Mode", "choice"],
    ["quiet", "Quiet", "boolean"],
    ["store.days", "Store › Days", "number"],
  ])
  expect(patchFields(schema)[0]).toMatchObject({ bounds: "> 0", description: "how often" })
})

test("of several schemas only what all have is offered", () => {
  const other: JsonSchema = { type: "object", properties: { rate: { type: "number" }, mode: { type: "string" } } }
  expect(commonFields([schema, other]).map(({ path }) => path)).toEqual([["rate"]])
  expect(commonFields([])).toEqual([])
})

test("what is written becomes a value of the field's kind", () => {
  const field = (name: string) => patchFields(schema).find(({ path }) => path[0] === name)!
  expect(fieldValue(field("rate"), " 2.5 ")).toBe(2.5)
  expect(fieldValue(field("rate"), "often")).toBeUndefined()
  expect(fieldValue(field("rate"), "")).toBeUndefined()
  expect(fieldValue(field("interval"), "5")).toBe(5)
  expect(fieldValue(field("interval"), "5s")).toBe("5s")
  expect(fieldValue(field("name_prefix"), "5")).toBe("5")
  expect(fieldValue(field("mode"), "slow")).toBe("slow")
  expect(fieldValue(field("mode"), "other")).toBeUndefined()
  expect(fieldValue(field("quiet"), "false")).toBe(false)
})
