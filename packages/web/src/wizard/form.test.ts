import { expect, test } from "vitest"
import { formOf, REST, readForm } from "./form.js"
import { SchemaView } from "./schema-view.js"

const view = new SchemaView({
  $defs: { level: { enum: ["low", "high"] }, round: { $ref: "#/$defs/round" } },
  properties: { level: { $ref: "#/$defs/level" } },
})
const schema = {
  type: "object",
  properties: {
    ...{ name: { type: "string" }, count: { type: "integer" }, isOn: { type: "boolean" }, token: { type: "string" } },
    ...{ level: { $ref: "#/$defs/level" }, round: { $ref: "#/$defs/round" }, list: { type: "array" } },
  },
  required: ["name", "isOn", "list"],
}

test("there are fields for what must be there or is, and one for everything else", () => {
  expect(formOf(view, schema, {}, { list: [1] })).toEqual({
    name: { type: "StringField", label: "name" },
    isOn: { type: "SelectField", label: "isOn", options: [expect.anything(), expect.anything()] },
    [REST]: { type: "JSONField", label: "everything else", value: { list: [1] } },
  })
  const value = { count: 1, level: "low", token: "x", odd: "kept", isOn: false, deep: { a: 1 }, none: null }
  const types = Object.entries(formOf(view, schema, value)).map(([key, field]) => [key, field.type, field.value])
  expect(types).toEqual([
    ["name", "StringField", undefined],
    ["count", "NumberField", 1],
    ["isOn", "SelectField", "false"],
    ["token", "PasswordField", "x"],
    ["level", "SelectField", "low"],
    ["odd", "StringField", "kept"],
    [REST, "JSONField", { list: null, deep: { a: 1 }, none: null }],
  ])
})

test("what a form sends is read in the types of the document, and in its order", () => {
  const before = { list: [1], name: "a", isOn: true, count: 1, odd: "x" }
  const form = formOf(view, schema, before)
  const after = readForm(form, before, {
    name: "b",
    isOn: "false",
    count: "5",
    odd: "",
    [REST]: { list: [2], more: {} },
  })
  expect(after).toEqual({ list: [2], name: "b", isOn: false, count: 5, more: {} })
  expect(Object.keys(after)).toEqual(["list", "name", "isOn", "count", "more"])
  expect(readForm(form, before, {})).toEqual(before)
  expect(readForm(form, before, { [REST]: {} })).toEqual({ name: "a", isOn: true, count: 1, odd: "x" })
})

test("a schema that goes in circles, or refers to nothing, allows anything", () => {
  expect(view.kinds({ $ref: "#/$defs/round" })).toEqual([])
  expect(view.kinds({ $ref: "#/$defs/none" })).toEqual([])
  expect(
    view.kinds({ anyOf: [{ type: "string" }, { $ref: "https://elsewhere" }, { type: ["integer", "null"] }] }),
  ).toEqual([...["string", "number"]])
})
