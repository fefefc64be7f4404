import { expect, test } from "vitest"
import { LRU } from "./lru.js"

test("what was used longest ago leaves first", () => {
  const cache = new LRU<string>(10)
  cache.set("a", "A", 4)
  cache.set("b", "B", 4)
  cache.get("a")
  cache.set("c", "C", 4)
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"])
  expect(cache.size).toBe(8)
})

test("a new value replaces the old one and its size", () => {
  const cache = new LRU<string>(10)
  cache.set("a", "A", 9)
  cache.set("a", "B", 2)
  expect([cache.get("a"), cache.size]).toEqual(["B", 2])
})

test("what is larger than the whole cache is not kept", () => {
  const cache = new LRU<string>(10)
  cache.set("a", "A", 11)
  expect([cache.get("a"), cache.size]).toEqual([undefined, 0])
})
