import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import { checkAgainstSchema } from "./schema-check.js"

const schema: JsonObject = {
  type: "object",
  required: ["rate", "hosts"],
  properties: {
    rate: { type: "number", exclusiveMinimum: 0, maximum: 1000 },
    mode: { enum: ["fast", "slow"] },
    hosts: { type: "array", minItems: 1, items: { $ref: "#/$defs/host" } },
    either: { anyOf: [{ type: "boolean" }, { type: "object", required: ["a"] }] },
  },
  additionalProperties: { type: "string" },
  $defs: {
    host: { type: "object", properties: { port: { type: "integer" }, name: { type: "string", minLength: 1 } } },
    loop: { $ref: "#/$defs/loop" },
  },
}

test.for<[JsonObject, string[]]>([
  [{ rate: 1, hosts: [{ port: 1, name: "a" }], mode: "fast", either: true, other: "text" }, []],
  [{}, ["rate: it is missing", "hosts: it is missing"]],
  [{ rate: 0, hosts: [{}] }, ["rate: expected a number > 0, got 0"]],
  [{ rate: "x", hosts: [{}] }, ['rate: expected a number, got "x"']],
  [{ rate: 1, hosts: [] }, ["hosts: expected a list of 1 or more, got a list"]],
  [
    { rate: 1, hosts: [{ port: 1.5 }, { name: "" }] },
    ["hosts[0].port: expected a whole number, got 1.5", 'hosts[1].name: expected a string that is not empty, got ""'],
  ],
  [{ rate: 1, hosts: [{}], mode: "x" }, ['mode: expected one of "fast", "slow", got "x"']],
  [{ rate: 1, hosts: [{}], either: {} }, ["either: expected true or false or an object, got an object"]],
  [{ rate: 1, hosts: [{}], "a b": 1 }, ['["a b"]: expected a string, got 1']],
])("%j", ([document, problems]) => {
  expect(checkAgainstSchema(document, schema)).toEqual(problems)
})

test("a schema that means harm finds nothing, and ends", () => {
  const evil: JsonObject = {
    properties: {
      a: { $ref: "#/$defs/loop" },
      b: { $ref: "https://example.org/schema" },
      c: { type: "string", pattern: "(a+)+$" },
      d: { allOf: [{ $ref: "#" }] },
    },
    $defs: { loop: { $ref: "#/$defs/loop" } },
  }
  const document = { a: 1, b: 2, c: `${"a".repeat(40)}!`, d: {} }
  expect(checkAgainstSchema(document, evil)).toEqual([])
  expect(checkAgainstSchema(document, { allOf: [{ $ref: "#" }] })).toEqual([])
  const twice = { anyOf: [{ $ref: "#" }, { $ref: "#" }], type: "object", required: ["x"] }
  expect(checkAgainstSchema({ a: 1 }, { allOf: [twice, { $ref: "#" }, { $ref: "#" }] })).toBeInstanceOf(Array)
})
