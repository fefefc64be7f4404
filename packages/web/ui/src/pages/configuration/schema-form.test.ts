import { expect, test } from "vitest"
import { type Field, formOf, type JsonSchema } from "./schema-form.js"

const group: JsonSchema = {
  anyOf: [
    { type: "boolean" },
    { type: "object", properties: { include: { type: "array", items: { type: "string" } } } },
  ],
  default: true,
}
const schema: JsonSchema = {
  type: "object",
  required: ["rate"],
  properties: {
    rate: { type: "number", exclusiveMinimum: 0, maximum: 1000, default: 1, description: "updates per second" },
    interval_min: { anyOf: [{ type: "number" }, { type: "string" }] },
    net: group,
    mode: { enum: ["RW", "R"] },
    password: { type: "string" },
    metrics: { type: "object", additionalProperties: { $ref: "#/$defs/metric" } },
    stats: { anyOf: [{ const: false }, { type: "object", properties: { prefix: { type: "string" } } }] },
  },
  $defs: { metric: { type: "object", required: ["unit"], properties: { unit: { type: "string" } } } },
}

function field(value: unknown, ...keys: string[]): Field {
  const found = keys.reduce<Field | undefined>(
    (above, key) => above?.children?.find(({ path }) => path.at(-1) === key),
    formOf(schema, value),
  )
  if (found === undefined) throw new Error(keys.join("."))
  return found
}

test("a number has its bounds, its default, and whether it must be there", () => {
  expect(field({ rate: 5 }, "rate")).toEqual({
    ...{ path: ["rate"], label: "Rate", description: "updates per second", kind: "number", required: true },
    ...{ present: true, value: 5, default: 1, bounds: "> 0, ≤ 1000" },
  })
  expect(field({}, "rate")).toMatchObject({ present: false, value: undefined })
})

test("keys become words", () => {
  expect(field({}, "interval_min").label).toBe("Interval min")
})

test("a number or a text is one field", () => {
  expect(field({}, "interval_min")).toMatchObject({ kind: "text", mixed: true })
})

test("on, off or in detail: which one it is comes from the value, else from the default", () => {
  expect(field({}, "net").variants?.map(({ label }) => label)).toEqual(["on", "off", "details"])
  expect(field({}, "net")).toMatchObject({ variant: 0, kind: "other" })
  expect(field({ net: false }, "net").variant).toBe(1)
  const open = field({ net: { include: ["eth*"] } }, "net")
  expect(open).toMatchObject({ variant: 2, kind: "object" })
  expect(open.children?.[0]).toMatchObject({ kind: "list", blank: "" })
  expect(open.children?.[0]?.children?.[0]).toMatchObject({ path: ["net", "include", 0], label: "1", value: "eth*" })
  expect(field({ stats: false }, "stats")).toMatchObject({ variant: 0, kind: "other" })
})

test("a value that no form takes is left to the document", () => {
  expect(field({ net: 7 }, "net")).toMatchObject({ variant: -1, kind: "other" })
  expect(field({ metrics: [] }, "metrics").kind).toBe("other")
  expect(formOf(schema, [1])).toMatchObject({ kind: "other" })
})

test("entries of a map are fields by their names, and a new one begins with what must be there", () => {
  const map = field({ metrics: { "a.b": { unit: "W" } } }, "metrics")
  expect(map).toMatchObject({ kind: "map", blank: { unit: "" } })
  expect(map.children?.[0]).toMatchObject({ label: "a.b", path: ["metrics", "a.b"], kind: "object" })
})

test("secrets are known by their keys and by references", () => {
  expect(field({ password: "x" }, "password").kind).toBe("secret")
  expect(field({ password: { $env: "P" } }, "password").kind).toBe("secret")
})

test("keys that the schema does not know are told", () => {
  expect(formOf(schema, { rate: 1, _note: "kept", "x-metricq": {} }).unknown).toEqual(["_note", "x-metricq"])
})

test("a schema that refers to itself ends", () => {
  const loop: JsonSchema = {
    $ref: "#/$defs/node",
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
  }
  expect(formOf(loop, {})).toMatchObject({ kind: "object" })
  expect(formOf({ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } }, {})).toMatchObject({ kind: "other" })
})

test("a hostlist is known by its format, be it the value, one that may be null, or the keys of a map", () => {
  const hosts: JsonSchema = {
    anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    format: "hostlist",
  }
  const rack: JsonSchema = {
    type: "object",
    properties: {
      hosts,
      names: { anyOf: [hosts, { type: "null" }] },
      other: { type: "string" },
      addresses: { type: "object", propertyNames: { type: "string", format: "hostlist" }, additionalProperties: {} },
    },
  }
  const fields = formOf(rack, { hosts: "a[1-2]" }).children
  expect(fields?.map(({ isHostlist, hasHostlistKeys }) => [isHostlist, hasHostlistKeys])).toEqual([
    ...[
      [true, undefined],
      [true, undefined],
      [undefined, undefined],
      [undefined, true],
    ],
  ])
})

test("what can only be written is a secret, whatever forms it has", () => {
  const reference: JsonSchema = { type: "object", properties: { $env: { type: "string" } } }
  const secret: JsonSchema = { anyOf: [{ type: "string" }, reference], writeOnly: true, description: "of the device" }
  const root: JsonSchema = { type: "object", properties: { kg: secret, other: { anyOf: [secret, { type: "null" }] } } }
  const fields = formOf(root, { kg: { $env: "METRICQ_SECRET_KG" } }).children
  expect(fields?.map(({ kind }) => kind)).toEqual(["secret", "secret"])
})
