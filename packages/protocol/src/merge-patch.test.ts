import fc from "fast-check"
import { expect, test } from "vitest"
import { DataError } from "./errors.js"
import type { JsonObject, JsonValue } from "./json.js"
import { mergePatch, patchBetween } from "./merge-patch.js"

/** The examples of RFC 7386, appendix A, whose documents and patches are objects. */
const examples: [JsonObject, JsonObject, JsonObject][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

test.each(examples)("%j patched by %j", (document, patch, expected) => {
  const before = JSON.stringify(document)
  expect(mergePatch(document, patch)).toEqual(expected)
  expect(JSON.stringify(document)).toBe(before)
})

test("keys that stay keep their places", () => {
  expect(Object.keys(mergePatch({ c: 1, a: 2, b: 3 }, { d: 1, a: 5, c: null }))).toEqual(["a", "b", "d"])
})

test("a key that would be something else to a program is a key like any other", () => {
  const result = mergePatch({}, JSON.parse('{"__proto__": {"x": 1}, "constructor": {"y": 2}}') as JsonObject)
  expect(Object.hasOwn(result, "__proto__")).toBe(true)
  expect((result as { x?: unknown }).x).toBeUndefined()
  expect(result.constructor).toEqual({ y: 2 })
})

test("what is nested without an end is refused", () => {
  let patch: JsonObject = {}
  for (let depth = 0; depth < 10_000; depth++) patch = { a: patch }
  expect(() => mergePatch({}, patch)).toThrow(DataError)
})

test("a patch applied twice is as if applied once, and an empty one changes nothing", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }) as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(object, object, (document, patch) => {
      const once = mergePatch(document, patch)
      expect(mergePatch(once, patch)).toEqual(once)
      expect(mergePatch(document, {})).toEqual({ ...document })
      for (const [key, value] of Object.entries(patch) as [string, JsonValue][]) {
        expect(Object.hasOwn(once, key)).toBe(value !== null)
      }
    }),
  )
})

test("the patch between two documents makes one of the other, and there is none between equal ones", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.array(fc.integer()), tie("object")),
    object: fc.dictionary(fc.constantFrom("a", "b", "c", "constructor"), tie("any")),
  }))
  const object = value.object as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(object, object, (before, after) => {
      expect(mergePatch(before, patchBetween(before, after) ?? {})).toEqual({ ...after })
      expect(patchBetween(before, { ...before })).toBeUndefined()
    }),
  )
})

test("only what differs is in the patch between two documents", () => {
  expect(patchBetween({ a: { b: 1, c: 2 }, d: 3, e: [1] }, { a: { b: 1, c: 4 }, e: [1], f: {} })).toEqual({
    a: { c: 4 },
    f: {},
    d: null,
  })
})
