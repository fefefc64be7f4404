import fc from "fast-check"
import { expect, test } from "vitest"
import { mergeDocuments } from "./three-way.js"

const mine = () => "mine" as const
const theirs = () => "theirs" as const

test("what only one side has changed is taken, wherever it is", () => {
  const base = { rate: 1, hosts: [{ name: "a", port: 1 }], old: true, deep: { x: 1, y: 2 } }
  const merged = mergeDocuments(
    base,
    { rate: 5, hosts: [{ name: "a", port: 2 }], old: true, deep: { x: 1, y: 2 }, mine: 1 },
    { rate: 1, hosts: [{ name: "b", port: 1 }], deep: { x: 3, y: 2 } },
    mine,
  )
  expect(merged.value).toEqual({ rate: 5, hosts: [{ name: "b", port: 2 }], deep: { x: 3, y: 2 }, mine: 1 })
  expect(merged.conflicts).toEqual([])
  expect(merged.mine).toEqual([["rate"], ["hosts", 0, "port"], ["mine"]])
  expect(merged.theirs).toEqual([["hosts", 0, "name"], ["deep"], ["old"]])
})

test("what both have changed is a conflict, and chosen", () => {
  const [base, left, right] = [
    { rate: 1, list: [1] },
    { rate: 5, list: [1, 2] },
    { rate: 3, list: [] },
  ]
  const merged = mergeDocuments(base, left, right, ({ path }) => (path[0] === "rate" ? "mine" : "theirs"))
  expect(merged.value).toEqual({ rate: 5, list: [] })
  expect(merged.conflicts).toEqual([
    { path: ["rate"], base: 1, mine: 5, theirs: 3 },
    { path: ["list"], base: [1], mine: [1, 2], theirs: [] },
  ])
  const gone = mergeDocuments({ a: 1 }, {}, { a: 2 }, mine)
  expect(gone).toMatchObject({ value: {}, conflicts: [{ path: ["a"], base: 1, mine: undefined, theirs: 2 }] })
})

test("both having done the same is no conflict, and the order of keys no change", () => {
  const merged = mergeDocuments({ a: 1, b: 2 }, { b: 2, a: 3 }, { a: 3, b: 2 }, mine)
  expect(merged).toMatchObject({ value: { a: 3, b: 2 }, conflicts: [], mine: [], theirs: [] })
})

test("with one side unchanged the other is the result; with a side chosen throughout nothing of it is lost", () => {
  const document = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(
      fc.integer({ max: 3, min: 0 }),
      fc.array(fc.constantFrom(1, 2)),
      fc.dictionary(fc.constantFrom("x", "y"), fc.boolean()),
    ),
  )
  fc.assert(
    fc.property(document, document, document, (base, one, other) => {
      expect(mergeDocuments(base, one, base, theirs).value).toEqual(one)
      expect(mergeDocuments(base, base, one, mine).value).toEqual(one)
      expect(mergeDocuments(one, other, one, theirs).conflicts).toEqual([])
      const forMe = mergeDocuments(base, one, other, mine)
      const forThem = mergeDocuments(base, other, one, theirs)
      expect(forMe.value).toEqual(forThem.value)
    }),
  )
})
