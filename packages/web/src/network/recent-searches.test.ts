import { expect, test } from "vitest"
import { catalogueEntry } from "./catalogue.js"
import { RecentSearches } from "./recent-searches.js"

test("a search is made once for a list, the oldest of many is forgotten, and a new list begins anew", () => {
  const recent = new RecentSearches()
  const list = [catalogueEntry("a", {})]
  let searches = 0
  const find = (from: typeof list, key: string) =>
    recent.find(from, key, (each) => {
      searches += 1
      return each
    })
  expect(find(list, "x")).toBe(list)
  find(list, "x")
  expect(searches).toBe(1)
  for (let i = 0; i < 8; i++) find(list, String(i))
  find(list, "7")
  expect(searches).toBe(9)
  find(list, "x")
  expect(searches).toBe(10)
  expect(find([...list], "x")).not.toBe(list)
  expect(searches).toBe(11)
})
