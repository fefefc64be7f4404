import { expect, test } from "vitest"
import { Lru } from "./lru.js"

test("what was used longest ago goes first", () => {
  const dropped: string[] = []
  const lru = new Lru<string, string>(10, (value) => dropped.push(value))
  lru.set("a", "A", 4)
  lru.set("b", "B", 4)
  expect(lru.get("a")).toBe("A")
  lru.set("c", "C", 4)
  expect(dropped).toEqual(["B"])
  expect([lru.get("a"), lru.get("b"), lru.get("c"), lru.cost]).toEqual(["A", undefined, "C", 8])
})

test("setting a key again replaces its value, and what is too large is not kept", () => {
  const lru = new Lru<number, string>(10)
  lru.set(1, "one", 6)
  lru.set(1, "eins", 3)
  expect([lru.get(1), lru.cost]).toEqual(["eins", 3])
  lru.set(1, "huge", 11)
  expect([lru.get(1), lru.cost]).toEqual([undefined, 0])
})
