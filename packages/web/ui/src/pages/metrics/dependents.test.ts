import { expect, test } from "vitest"
import { isNobody, mergeDependents, worthTelling } from "./dependents.js"

const nothing = { consumers: [], configurations: [], databases: [] }

test("what relies on several is told once", () => {
  const everything = { token: "db-timeline", how: "#" }
  const one = { consumers: [everything, { token: "sink-a", how: "a" }], configurations: [], databases: ["db-timeline"] }
  const other = { ...nothing, consumers: [everything], databases: ["db-timeline"] }
  expect(mergeDependents([one, other])).toEqual(one)
})

test("nobody is something else than not to know", () => {
  expect(isNobody(nothing)).toBe(true)
  const merged = mergeDependents([nothing, { ...nothing, consumers: null }])
  expect(merged).toEqual({ ...nothing, consumers: null })
  expect(isNobody(merged)).toBe(false)
})

test("a database is told once, and viewers are not", () => {
  const consumers = ["db-a", "web-live.0c5d", "transformer-sum"].map((token) => ({ token, how: "#" }))
  expect(worthTelling({ ...nothing, consumers, databases: ["db-a"] })).toEqual({
    consumers: [{ token: "transformer-sum", how: "#" }],
    configurations: [],
    databases: ["db-a"],
  })
  expect(worthTelling({ consumers: null, configurations: null, databases: null }).consumers).toBe(null)
})
