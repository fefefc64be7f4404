import { expect, test } from "vitest"
import { changeOf, commonValue, keyProblem, textOf, valueFrom } from "./metadata-change.js"

test("only what was touched changes", () => {
  expect(
    changeOf([
      { key: "unit", text: "W", deed: "set" },
      { key: "description", text: "", deed: "keep" },
      { key: "quantity", text: "power", deed: "back" },
      { key: " slot ", text: "3", deed: "set" },
    ]),
  ).toEqual({ unit: "W", quantity: null, slot: 3 })
})

test("a unit stays text, other keys are JSON where they look like it", () => {
  expect([
    valueFrom("unit", "1"),
    valueFrom("slot", "1"),
    valueFrom("tags", '["a"]'),
    valueFrom("room", "E 1"),
  ]).toEqual([...["1", 1, ["a"], "E 1"]])
})

test.for([1, true, "E 1", "1", "null", "true", { a: [1] }, "", '"quoted"'])(
  "what a field shows means the same: %j",
  (value) => {
    expect(valueFrom("any", textOf("any", value))).toEqual(value)
  },
)

test("keys of the network and of others are refused", () => {
  expect([
    keyProblem("room", []),
    keyProblem(" ", []),
    keyProblem("historic", []),
    keyProblem("room", ["room"]),
  ]).toEqual([...[undefined, "empty", "reserved", "taken"]])
})

test("what all have in common", () => {
  const list = [
    { unit: "W", a: [1] },
    { unit: "W", a: [2], b: null },
  ]
  expect([commonValue(list, "unit"), commonValue(list, "a"), commonValue(list, "b")]).toEqual([
    ...[{ value: "W" }, "several", undefined],
  ])
})
