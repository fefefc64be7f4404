import fc from "fast-check"
import { expect, test } from "vitest"
import type { JsonObject } from "./json.js"
import { jsonChanges } from "./json-changes.js"

test("each place that differs is named once, as deep as documents have something in common", () => {
  const before = { rate: 1, hosts: [{ port: 1 }, { port: 2 }], "a.b": { c: true }, old: null, list: [1] }
  const after = { hosts: [{ port: 1 }, { port: 3, name: "x" }], rate: 2, "a.b": { c: false }, list: [1, 2], fresh: {} }
  expect(jsonChanges(before, after)).toEqual([
    { path: "hosts[1].port", before: 2, after: 3 },
    { path: "hosts[1].name", after: "x" },
    { path: "rate", before: 1, after: 2 },
    { path: '["a.b"].c', before: true, after: false },
    { path: "list", before: [1], after: [1, 2] },
    { path: "fresh", after: {} },
    { path: "old", before: null },
  ])
})

test("documents that are equal but for the order of keys do not differ, others do", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(object, object, (a, b) => {
      const reversed = Object.fromEntries(Object.entries(a).reverse())
      expect(jsonChanges(a, reversed)).toEqual([])
      const isSame = sorted(a) === sorted(b)
      expect(jsonChanges(a, b).length === 0).toBe(isSame)
    }),
  )
})

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value === 0 ? 0 : value)
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${sorted(item)}`)
  return `{${entries.sort().join()}}`
}
