import { expect, test } from "vitest"
import { valuesThatMatch } from "./matchers.js"
import { spellings, unescapeName } from "./metric-name.js"
import { replaceByRegExp } from "./regexp-filter.js"

test("escaped names are read, others stay", () => {
  expect(unescapeName("U__elab_2e_node__1_2e_power")).toBe("elab.node_1.power")
  expect(unescapeName("U___b0_C")).toBe("°C")
  for (const name of ["elab.power", "U_x", "U__a_zz_", "U__a_", "U___d800_", "U___ffffffff_"]) {
    expect(unescapeName(name)).toBe(name)
  }
  expect(spellings("a:b")).toEqual(["a:b", "a.b"])
  expect(spellings("U__a_2e_b")).toEqual(["U__a_2e_b", "a.b"])
})

const values = ["", "a.b", "a.bc", "x\ny"]
const matching = (op: "=" | "!=" | "=~" | "!~", value: string) => [
  ...valuesThatMatch({ label: "l", op, value }, values),
]

test("regular expressions match the whole value, with flags and groups as in Go", () => {
  expect(matching("=", "a.b")).toEqual(["a.b"])
  expect(matching("!=", "a.b")).toEqual(["", "a.bc", "x\ny"])
  expect(matching("=~", "a.b")).toEqual(["a.b"])
  expect(matching("=~", "a.b|x.y")).toEqual(["a.b", "x\ny"])
  expect(matching("!~", "a.*|")).toEqual(["x\ny"])
  expect(matching("=~", "(?i)A\\.B")).toEqual(["a.b"])
  expect(matching("=~", ".*")).toEqual(values)
  expect(matching("!~", ".*")).toEqual([])
  const replaced = replaceByRegExp("(?P<head>.*)\\.(.*)", ["lab.node1", "none"], "$2 of $" + "{head}$$ $nothing")
  expect(replaced).toEqual(["node1 of lab$ ", undefined])
})

test("what is no regular expression of Prometheus is refused, and what would take for ever ends", () => {
  for (const text of ["(", "a)|(b", "(?=a)", "(?<!a)b", "(a)\\1", "x".repeat(3000)]) {
    expect(() => matching("=~", text)).toThrow(expect.objectContaining({ type: "bad_data" }))
  }
  const slow = () => valuesThatMatch({ label: "l", op: "=~", value: "(a+)+" }, [`${"a".repeat(60)}b`])
  expect(slow).toThrow(/takes longer than 250 ms/)
})
