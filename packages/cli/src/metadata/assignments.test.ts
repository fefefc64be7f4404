import { expect, test } from "vitest"
import { UsageError } from "../errors.js"
import { changeOf } from "./assignments.js"

test("values are JSON where they can be, else text", () => {
  const values = ["unit=W", "rate=5", "hidden=true", 'room="5"', "tags=[1,2]", "note=a=b", "empty=", "none=null"]
  expect(changeOf(values, ["old"])).toEqual({
    ...{ unit: "W", rate: 5, hidden: true, room: "5", tags: [1, 2], note: "a=b", empty: "", none: "null" },
    old: null,
  })
})

test("what is no assignment, or nothing, or twice the same is refused", () => {
  for (const [values, unset] of [
    [["unit"], []],
    [["=W"], []],
    [[], []],
    [["unit=W"], ["unit"]],
  ] as const) {
    expect(() => changeOf(values, unset)).toThrow(UsageError)
  }
})
