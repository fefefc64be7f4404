import fc from "fast-check"
import { expect, test } from "vitest"
import type { Selector } from "./expression.js"
import { parseQuery, parseSelector } from "./parse.js"
import { QueryError } from "./query-error.js"
import { typeOf } from "./signatures.js"

const named = (name: string, offsetMs = 0): Selector => ({
  matchers: [{ label: "__name__", op: "=", value: name }],
  offsetMs,
})
const number = (value: number) => ({ kind: "number", value })

test("selectors: quoted names, labels, offsets, ranges", () => {
  expect(parseQuery(`{"a.b"}`)).toEqual({ kind: "selector", selector: named("a.b") })
  expect(parseQuery(`{__name__="a.b"}`)).toEqual({ kind: "selector", selector: named("a.b") })
  expect(parseQuery("a:b:c offset 5m")).toEqual({ kind: "selector", selector: named("a:b:c", 300_000) })
  expect(parseQuery(`{"a.b"}[1h30m] offset -(1m)`)).toEqual({
    kind: "range",
    selector: named("a.b", -60_000),
    rangeMs: 5_400_000,
  })
  expect(parseSelector(`{"a.b", unit!="W", source=~'x|y', 'agg'!~"m.*",}`).matchers).toEqual([
    { label: "__name__", op: "=", value: "a.b" },
    { label: "unit", op: "!=", value: "W" },
    { label: "source", op: "=~", value: "x|y" },
    { label: "agg", op: "!~", value: "m.*" },
  ])
})

test("operators bind as they do in Prometheus", () => {
  const binary = (op: string, left: unknown, right: unknown, more = {}) => ({
    ...{ kind: "binary", op, left, right, bool: false, matching: { on: false, labels: [] }, ...more },
  })
  expect(parseQuery("1 + 2 * 3")).toEqual(binary("+", number(1), binary("*", number(2), number(3))))
  expect(parseQuery("2 ^ 3 ^ 2")).toEqual(binary("^", number(2), binary("^", number(3), number(2))))
  expect(parseQuery("-2 ^ 2")).toEqual({ kind: "negate", operand: binary("^", number(2), number(2)) })
  expect(parseQuery("(1 - 2) - -3")).toEqual(binary("-", binary("-", number(1), number(2)), number(-3)))
  expect(parseQuery("1 >= bool 2")).toEqual(binary(">=", number(1), number(2), { bool: true }))
  const a = { kind: "selector", selector: named("a") }
  expect(parseQuery("a / on(unit, source) a")).toEqual(
    binary("/", a, a, { matching: { on: true, labels: ["unit", "source"] } }),
  )
  expect(parseQuery("a unless ignoring() a")).toEqual(binary("unless", a, a))
})

test("ranges and offsets belong to the selector before them", () => {
  const same = (query: string, bound: string) => expect(parseQuery(query)).toEqual(parseQuery(bound))
  same("a - b offset 5m", "a - (b offset 5m)")
  same("a + b offset 5m * c", "a + ((b offset 5m) * c)")
  same("-a offset 5m", "-(a offset 5m)")
  same("a * b offset 5m + c offset 1m", "(a * (b offset 5m)) + (c offset 1m)")
  same("a ^ -b offset 5m offset 1m", "a ^ -(b offset 6m)")
  same("a > bool b offset 5m == c", "(a > bool (b offset 5m)) == c")
  expect(() => parseQuery("(a - b) offset 5m")).toThrow("only a selector or a range can have an offset")
  expect(() => parseQuery(`a - b${" offset 1m".repeat(20)}`)).toThrow("too many offsets")
})

test("functions and aggregations", () => {
  expect(parseQuery("clamp(a, 0, 1e3)")).toMatchObject({ kind: "call", name: "clamp", args: [{}, {}, number(1000)] })
  const grouping = { without: false, labels: ["unit"] }
  for (const query of ["sum by (unit) (a)", "sum(a) by (unit)", "SUM BY (unit,) (a)"]) {
    expect(parseQuery(query)).toMatchObject({ kind: "aggregate", op: "sum", grouping, parameter: undefined })
  }
  expect(parseQuery("topk without (unit) (3, a)")).toMatchObject({
    ...{ op: "topk", parameter: number(3), grouping: { without: true, labels: ["unit"] } },
  })
})

test.each([
  ["", /empty/],
  ["a.b.c", /at character 2, before "\.b\.c"; a name with dots is written \{"a\.b"\}/],
  ["foo(a)", /no function "foo"/],
  ["rate(a[5m)", /cannot be understood/],
  ["a[5m", /at its end/],
  ["1 1", /at character 3/],
  ["{}", /says nothing about the series/],
  [`a{__name__="b"}`, /two names/],
  ["a[0s]", /longer than nothing/],
  ["sum(a)[5m]", /only a selector can have a range/],
  ["(1+1) offset 5m", /only a selector or a range can have an offset/],
  ["(".repeat(600), /nested too deeply|cannot be understood/],
  [`${"(".repeat(600)}1${")".repeat(200)}`, /nested too deeply/],
  ["1".repeat(30_000), /at most 20000 characters/],
])("%.30s is refused as bad data", (query, message) => {
  expect(() => parseQuery(query)).toThrow(message)
  try {
    parseQuery(query)
  } catch (error) {
    expect(error).toMatchObject({ type: "bad_data" })
  }
})

test.each([
  ["rate(a[5m])[1h:1m]", /subqueries are not answered/],
  ["a @ 10", /@ is not answered/],
  ["a / on(unit) group_left b", /group_left is not answered/],
  ["a[5m * 2]", /durations are written out/],
  ["a </ 3", /histograms/],
])("%s is understood and not answered", (query, message) => {
  expect(() => parseQuery(query)).toThrow(message)
  try {
    parseQuery(query)
  } catch (error) {
    expect(error).toMatchObject({ type: "execution" })
  }
})

test("whatever is asked is understood or refused with a word", () => {
  const words = `a {"a.b"} { } ( ) [ ] 5m 1m: : , = != =~ "x" 'y" 1 -2 Inf + - * / % ^ == > bool and or unless on ignoring group_left
    offset @ start() sum avg topk by without rate clamp label_replace absent_over_time time() scalar \\ \` # ° 0x1 __name__`
  const word = fc.constantFrom(...words.split(/\s+/))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (drawn) => {
      try {
        typeOf(parseQuery(drawn.join(" ")))
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError)
      }
    }),
    { numRuns: 2000 },
  )
})
