import { expect, test } from "vitest"
import { parseOldLink } from "./old-links.js"

test("links of the webview", () => {
  expect(
    parseOldLink(".1795154400000*1795176000000*dummy.gap*elab.ariel.power*(lzr.cooling.inlet.temperature~10)"),
  ).toEqual({
    from: "1795154400000",
    to: "1795176000000",
    metrics: [
      { name: "dummy.gap" },
      { name: "elab.ariel.power" },
      { name: "lzr.cooling.inlet.temperature", factor: 10 },
    ],
  })
})

test("they may be relative, have fractions of a ms, be encoded, and name no metric", () => {
  expect(parseOldLink(".now-1d-6h*endday*a.b")).toMatchObject({ from: "now-1d-6h", to: "endday" })
  expect(parseOldLink(".1795168263820.8*1795176000000.1")).toEqual({
    from: "1795168263820",
    to: "1795176000000",
    metrics: [],
  })
  expect(parseOldLink("%2Enow-1h%2Anow%2Aa%2Fb")).toMatchObject({ metrics: [{ name: "a/b" }] })
  expect(parseOldLink(".now-1h*now*(x~-0.5)")?.metrics).toEqual([{ name: "x", factor: -0.5 }])
})

test("links of the charts before it", () => {
  expect(parseOldLink("~(cntr~(~'elab.ariel.power~(~'x.y~10))~start~1~stop~2)")).toEqual({
    from: "1",
    to: "2",
    metrics: [{ name: "elab.ariel.power" }, { name: "x.y", factor: 10 }],
  })
  expect(parseOldLink("/~(cntr~(~'a.b)~start~1~stop~2~type~'default~pixels~1200)")?.metrics).toEqual([{ name: "a.b" }])
  expect(parseOldLink("~(cntr~(~'a.b)~value~3~unit~'week(s))")).toBeUndefined()
  expect(parseOldLink("~(cntr~(~'a.b)~value~3~unit~'week*28s*29)")).toMatchObject({ from: "now-3w", to: "now" })
  expect(parseOldLink("~(cntr~(~'a*20b!**20ac)~value~24~unit~'hour)")).toMatchObject({
    from: "now-24h",
    metrics: [{ name: "a b$€" }],
  })
})

test.each(["", "main", ".", ".1", "~", "~(", "~(cntr", "~'a", "~(cntr~(~'a))", `~${"(~".repeat(5000)}`])(
  "%j is none",
  (fragment) => {
    expect(parseOldLink(fragment)).toBeUndefined()
  },
)
