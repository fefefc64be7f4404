import { expect, test } from "vitest"
import { checkLabel, hasLabels, labelText, parseLabelChange } from "./client-labels.js"
import { DataError } from "./errors.js"

test("labels are read as they are written", () => {
  expect(parseLabelChange(["room=A 1", "spare", "old-", "a=b=c", "empty="])).toEqual({
    ...{ room: "A 1", spare: "", old: null, a: "b=c", empty: "" },
  })
  expect(labelText("room", "A 1")).toBe("room=A 1")
  expect(labelText("spare", "")).toBe("spare")
})

test("what is no label is refused", () => {
  for (const text of [
    "",
    "=x",
    "-",
    "a b",
    "_x=1",
    "x.=1",
    "--",
    "__proto__",
    "a\n=1",
    "a= b",
    "a=b\n",
    `a=${"x".repeat(64)}`,
  ]) {
    expect(() => parseLabelChange([text]), JSON.stringify(text)).toThrow(DataError)
  }
  expect(() => parseLabelChange(["a=1", "a-"])).toThrow("the label a is there twice")
  expect(() => checkLabel("x".repeat(64), "")).toThrow(DataError)
  checkLabel("x".repeat(63), "ä".repeat(63))
  checkLabel("gebäude/flur-1", "Süd & Nord")
})

test("one is asked for by key, or by key and value", () => {
  const labels = { room: "A", spare: "" }
  expect(hasLabels(labels, [])).toBe(true)
  expect(hasLabels(undefined, [])).toBe(true)
  expect(hasLabels(labels, ["room", "spare"])).toBe(true)
  expect(hasLabels(labels, ["room=A", "spare="])).toBe(true)
  expect(hasLabels(labels, ["room=B"])).toBe(false)
  expect(hasLabels(labels, ["constructor"])).toBe(false)
  expect(hasLabels(undefined, ["room"])).toBe(false)
})
