import { expect, test } from "vitest"
import { addressOf, filtersOf } from "./client-filters.js"

test("filters go to the address and come back, and nothing else does", () => {
  const filters = { search: "a b&c", state: "late", role: "", host: "n1", drift: "refused", all: true }
  expect(addressOf(filters)).toBe("clients?search=a+b%26c&state=late&host=n1&drift=refused&all=1")
  expect(filtersOf(addressOf(filters).split("?")[1] ?? "")).toEqual(filters)
  expect(addressOf(filtersOf("x=1"))).toBe("clients")
})
