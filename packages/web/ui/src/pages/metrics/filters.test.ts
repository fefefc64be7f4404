import { expect, test } from "vitest"
import { filtersOf, isNarrowed, metricQuery, nextSort, noLimits, queryOf, searchBelow } from "./filters.js"

test("filters come through the address and back", () => {
  const filters = {
    ...{ search: "cpu & /x/", unit: "°C", source: "", rate: "0.1", state: "live", sort: "-rate" },
    ...{ view: "tree", at: "lab.node1" },
  }
  expect(filtersOf(queryOf(filters))).toEqual(filters)
  expect(queryOf(filtersOf(""))).toBe("")
  expect(metricQuery(filtersOf("search=%20"))).toEqual({})
})

test("a column sorts up, then down, then not", () => {
  expect(["", "name", "-name", "rate"].map((sort) => nextSort(sort, "name"))).toEqual(["name", "-name", "", "name"])
})

test("order and view stay when all limits are taken away", () => {
  const filters = filtersOf("search=a&state=hidden&sort=name&view=tree")
  expect(isNarrowed(filters)).toBe(true)
  const free = { ...filters, ...noLimits }
  expect(isNarrowed(free)).toBe(false)
  expect(queryOf(free)).toBe("sort=name&view=tree")
})

test("a branch is searched with its dots as dots", () => {
  const [, expression = ""] = /^\/(.+)\/$/.exec(searchBelow("lab.a+b")) ?? []
  const finds = (name: string) => new RegExp(expression).test(name)
  expect(["lab.a+b", "lab.a+b.c.d", "lab.a+bc", "labxa+b.c", "x.lab.a+b"].map(finds)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
