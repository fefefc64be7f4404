import { expect, test } from "vitest"
import { NamePattern } from "./name-pattern.js"

test.each([
  ["**", "#", ["a", "lab.a"], []],
  ["lab.**", "lab.#", ["lab", "lab.a.b"], ["laboratory.a"]],
  ["*.power", "*.power", ["lab.power"], ["lab.a.power"]],
  ["lab.node*.power", "#", ["lab.node1.power"], ["lab.power"]],
  ["/node[12]\\./", "#", ["lab.node1.power"], ["lab.node3.power"]],
])("%s is bound as %s", (text, binding, matching, others) => {
  const pattern = new NamePattern(text)
  expect(pattern.binding).toBe(binding)
  for (const name of matching) expect(pattern.matches(name), name).toBe(true)
  for (const name of others) expect(pattern.matches(name), name).toBe(false)
})

test("an expression that would take for ever is stopped, and given up after three names", () => {
  const pattern = new NamePattern("/^(a+)+$/")
  expect(pattern.matches("aa")).toBe(true)
  expect(pattern.isSlow).toBe(false)
  const hard = `${"a".repeat(60)}b`
  for (let i = 0; i < 3; i += 1) expect(pattern.matches(hard)).toBe(false)
  expect(pattern.isSlow).toBe(true)
  const before = performance.now()
  for (let i = 0; i < 100; i += 1) expect(pattern.matches(hard)).toBe(false)
  expect(performance.now() - before).toBeLessThan(100)
})
