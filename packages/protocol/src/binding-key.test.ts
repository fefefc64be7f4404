import fc from "fast-check"
import { expect, test } from "vitest"
import { bindingPrefix, bindingSelects, isBindingPattern } from "./binding-key.js"

test("a key without wildcards is a name; wildcards are whole components", () => {
  expect(["a.b", "a*", "a.b#", "x.*y"].filter(isBindingPattern)).toEqual([])
  expect(["#", "*", "a.#", "*.b", "a.*.b", "a.#.b"].filter((key) => !isBindingPattern(key))).toEqual([])
})

test("selects what a topic exchange does", () => {
  const cases: [string, string[], string[]][] = [
    ["#", ["", "a", "a.b.c"], []],
    ["a.b", ["a.b"], ["a", "a.b.c", "a.x"]],
    ["a.*", ["a.b", "a."], ["a", "a.b.c", "b.a"]],
    ["a.#", ["a", "a.b", "a.b.c"], ["ab", "b.a"]],
    ["#.c", ["c", "a.c", "a.b.c"], ["c.a", "cc"]],
    ["a.#.c", ["a.c", "a.b.c", "a.b.b.c", "a.c.c"], ["a", "c", "a.b"]],
    ["*.#", ["a", "a.b"], []],
    ["#.*.#.b", ["a.b", "a.b.b", "b.b"], ["b"]],
  ]
  for (const [key, yes, no] of cases) {
    expect(yes.filter((name) => !bindingSelects(key, name))).toEqual([])
    expect(no.filter((name) => bindingSelects(key, name))).toEqual([])
  }
})

const component = fc.constantFrom("a", "b", "ab", "")
const names = fc.array(component, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("."))
const keys = fc
  .array(fc.oneof(component, fc.constantFrom("*", "#")), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join("."))

test("agrees with a plain definition by recursion", () => {
  const plain = ([first, ...rest]: string[], name: string[]): boolean => {
    if (first === undefined) return name.length === 0
    if (first === "#") return plain(rest, name) || (name.length > 0 && plain([first, ...rest], name.slice(1)))
    return name.length > 0 && (first === "*" || first === name[0]) && plain(rest, name.slice(1))
  }
  fc.assert(
    fc.property(keys, names, (key, name) => bindingSelects(key, name) === plain(key.split("."), name.split("."))),
  )
})

test("every selected name begins with the prefix", () => {
  expect(["lab.#", "lab.*.x", "#", "*", "a.b", "a#.*"].map(bindingPrefix)).toEqual(["lab", "lab", "", "", "a.b", "a#"])
  fc.assert(fc.property(keys, names, (key, name) => !bindingSelects(key, name) || name.startsWith(bindingPrefix(key))))
})

test("a long key of wildcards takes no time", () => {
  const key = Array(60).fill("#.*").join(".")
  expect(bindingSelects(`${key}.x`, `${"a.".repeat(120)}y`)).toBe(false)
})
