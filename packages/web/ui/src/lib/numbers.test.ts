import { expect, test } from "vitest"
import { csv } from "./csv.js"
import { fuzzyPattern, fuzzyRank, highlight } from "./fuzzy.js"
import { count, number, scaled } from "./numbers.js"
import { integralText } from "./units.js"

test("numbers have four digits and groups", () => {
  expect([237.44, 0.012345, 21_400, 12_345.6, 6.022e23, -3, 0, 0.00001, null].map((value) => number(value))).toEqual([
    "237.4",
    "0.01235",
    "21\u202f400",
    "12\u202f346",
    "6.022e23",
    "−3",
    "0",
    "1.000e-5",
    "",
  ])
  expect([9.99996, 99.996, 0.0099999].map((value) => number(value))).toEqual(["10.00", "100.0", "0.01000"])
  expect([18_204, 9999, 2_160_112].map(count)).toEqual(["18\u202f204", "9999", "2\u202f160\u202f112"])
  expect(scaled(3_810_000)).toEqual([3.81, "M"])
})

test("integrals have units that people use", () => {
  expect(integralText(3.81e6, "W")).toEqual(["1.058", "kWh"])
  expect(integralText(3.81e6, "kW")).toEqual(["1.058", "MWh"])
  expect(integralText(7200, "l/h")).toEqual(["2", "l"])
  expect(integralText(2048, "B/s")).toEqual(["2.048", "kB"])
  expect([integralText(5, "°C"), integralText(null, "W"), integralText(5, "")]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test("CSV quotes what needs it, and no sheet takes a text for a formula", () => {
  expect(csv([["a", "b,c", 'd"e', 1.5, null], ["=1+1"]])).toBe(`a,"b,c","d""e",1.5,\r\n'=1+1\r\n`)
})

test("fuzzy search prefers close letters and beginnings", () => {
  expect(fuzzyPattern("a.b")).toBe("/a.*\\..*b/")
  const names = ["lab.ariel.power", "lab.paper.owner", "x.power"]
  expect([...names].sort((a, b) => fuzzyRank(a, "power")! - fuzzyRank(b, "power")!)).toEqual([
    "x.power",
    "lab.ariel.power",
    "lab.paper.owner",
  ])
  expect(fuzzyRank("lab", "power")).toBeUndefined()
  expect(highlight("Lab.power", ["lab", "("])).toEqual([
    ["Lab", true],
    [".power", false],
  ])
})
