import { expect, test } from "vitest"
import { filtersOf, metricQuery, nextSort, queryOf } from "./filters.js"

test("filters come through the address and back", () => {
  const filters = { search: "cpu & /x/", unit: "°C", source: "", state: "live", sort: "-rate" }
  expect(filtersOf(queryOf(filters))).toEqual(filters)
  expect(queryOf(filtersOf(""))).toBe("")
  expect(metricQuery(filtersOf("search=%20"))).toEqual({})
})

test("a column sorts up, then down, then not", () => {
  expect(["", "name", "-name", "rate"].map((sort) => nextSort(sort, "name"))).toEqual(["name", "-name", "", "name"])
})
