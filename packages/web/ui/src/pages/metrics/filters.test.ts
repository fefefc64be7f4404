import { expect, test } from "vitest"
import {
  filtersOf,
  isNarrowed,
  metricQuery,
  nextSort,
  noLimits,
  queryOf,
  searchBelow,
  searchChildren,
} from "./filters.js"

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

/** Whether names are found by a search that is a regular expression. */
function found(search: string, names: string[]): boolean[] {
  const [, expression = ""] = /^\/(.+)\/$/.exec(search) ?? []
  return names.map((name) => new RegExp(expression).test(name))
}

test("a branch is searched with its dots as dots", () => {
  const names = ["lab.a+b", "lab.a+b.c.d", "lab.a+bc", "labxa+b.c", "x.lab.a+b"]
  expect(found(searchBelow("lab.a+b"), names)).toEqual([true, true, false, false, false])
})

test("children are one component below", () => {
  const names = ["lab", "lab.a", "lab.a.b", "xlab.a"]
  expect(found(searchChildren("lab"), names)).toEqual([false, true, false, false])
  expect(found(searchChildren(""), names)).toEqual([true, false, false, false])
})
