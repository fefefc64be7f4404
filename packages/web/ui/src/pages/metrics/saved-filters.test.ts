import { expect, test } from "vitest"
import { parseSaved, withoutSaved, withSaved } from "./saved-filters.js"

test("filters are kept by name, in order, the newer one of a name", () => {
  let list = withSaved([], "Racks", "search=rack")
  list = withSaved(list, " Cooling ", "unit=%C2%B0C")
  list = withSaved(list, "Racks", "search=rack3")
  expect(list).toEqual([
    { name: "Cooling", query: "unit=%C2%B0C" },
    { name: "Racks", query: "search=rack3" },
  ])
  expect(parseSaved(JSON.stringify(list))).toEqual(list)
  expect(withoutSaved(list, "Racks").map(({ name }) => name)).toEqual(["Cooling"])
  expect(withSaved(list, "  ", "a=1")).toEqual(list)
})

test("there are fifty at most, the one just saved among them", () => {
  let list = parseSaved(null)
  for (let i = 0; i < 60; i++) list = withSaved(list, `z${i}`, "")
  expect(list.length).toBe(50)
  expect(list.some(({ name }) => name === "z59")).toBe(true)
})

test.for(["{", "7", "null", '[1, null, {"name": ""}, {"name": "a"}]'])("what is none is not there: %s", (text) => {
  expect(parseSaved(text)).toEqual([])
})
