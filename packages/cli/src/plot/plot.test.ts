import fc from "fast-check"
import picocolors from "picocolors"
import { expect, test } from "vitest"
import { displayWidth } from "../terminal/text.js"
import { type PlotSeries, type PlotStyle, renderPlot } from "./plot.js"

const BEGIN = BigInt(Date.parse("2026-11-26T03:00:00Z")) * 1_000_000n
const S = 1_000_000_000n
const plain = picocolors.createColors(false)
const colored = picocolors.createColors(true)
const SGR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g")

const style = (more: Partial<PlotStyle> = {}): PlotStyle => ({
  span: { beginNs: BEGIN, endNs: BEGIN + 60n * S },
  width: 60,
  height: 11,
  charset: "braille",
  colors: plain,
  zone: () => 0,
  zoneName: "UTC",
  ...more,
})

function points(name: string, unit: string, list: readonly (readonly [seconds: number, value: number])[]): PlotSeries {
  const times = BigInt64Array.from(list, ([seconds]) => BEGIN + BigInt(Math.round(seconds * 1000)) * 1_000_000n)
  const values = Float64Array.from(list, ([, value]) => value)
  return { name, unit, fill: (builder) => builder.addPoints({ times, values }) }
}

const ramp = points(
  "lab.power",
  "W",
  Array.from({ length: 61 }, (_, second) => [second, second * 4]),
)

test("a plot has a legend, axes with marks and labels, and a line", () => {
  expect(renderPlot([ramp], style())).toEqual(
    `
  W  lab.power
    │                                                ⣀⣀⡠⠤⠒⠒⠉
200 ┤                                        ⣀⣀⠤⠤⠒⠒⠉⠉
    │                                ⣀⣀⠤⠤⠒⠒⠉⠉
    │                        ⣀⣀⠤⠔⠒⠒⠉⠉
    │               ⢀⣀⡠⠤⠤⠒⠒⠉⠉
    │       ⢀⣀⣀⠤⠤⠒⠊⠉⠁
  0 ┤⣀⡠⠤⠔⠒⠊⠉⠁
    └┬────────────┬─────────────┬─────────────┬─────────────
     03:00:00 03:00:15      03:00:30      03:00:45
     2026-11-26                                          UTC`
      .split("\n")
      .slice(1),
  )
})

test("terminals that know nothing but ASCII get nothing else", () => {
  const lines = renderPlot([ramp], style({ charset: "ascii" }))
  expect(lines.join("")).toMatch(/^[ -~]*$/)
  expect(lines.slice(1, 8).join("\n")).toMatch(/[.'-]{5}/)
})

test("metrics of one unit share a panel in colour, and have one each without", () => {
  const others = [
    points("lab.other", "W", [
      [-1, 5],
      [60, 7],
    ]),
    points("lab.temperature", "°C", [
      [-1, 20],
      [60, 21],
    ]),
  ]
  const axes = (lines: string[]) => lines.filter((line) => / (W|°C) {2}/.test(line.replace(SGR, "")))
  const shared = renderPlot([ramp, ...others], style({ colors: colored, height: 30 }))
  expect(axes(shared).map((line) => line.replace(SGR, "").trim())).toEqual([
    "W  ━━ lab.power   ━━ lab.other",
    "°C  ━━ lab.temperature",
  ])
  expect(axes(renderPlot([ramp, ...others], style({ height: 30 })))).toHaveLength(3)
})

test("a gap stays empty, and so does a plot without points", () => {
  const gap = points("lab.gap", "", [
    [-1, 1],
    [20, 1],
    [40, Number.NaN],
    [60, 1],
  ])
  const row = renderPlot([gap], style()).find((line) => /[\u2801-\u28ff]/.test(line)) ?? ""
  expect(row.slice(row.search(/[│┤]/) + 1)).toMatch(/^[\u2801-\u28ff]{19} {17}[\u2801-\u28ff]{19}$/)
  expect(renderPlot([points("lab.none", "", [])], style()).join("\n")).toContain("no points in this time")
})

test("names cannot command the terminal, and long ones are cut", () => {
  const bad = points(`lab.\x1b[31m${"x".repeat(100)}`, "\x07", [[30, 1]])
  for (const line of renderPlot([bad], style())) {
    expect(line).toMatch(/^\P{Cc}*$/u)
    expect(displayWidth(line)).toBeLessThanOrEqual(60)
  }
})

test("whatever the points and the size, the plot has the size asked for", () => {
  const list = fc.array(fc.tuple(fc.integer({ min: -10, max: 70 }), fc.double()), { maxLength: 30 })
  const sorted = list.map((each) => [...each].sort(([a], [b]) => a - b))
  const series = fc.array(fc.tuple(fc.constantFrom("W", "V", ""), sorted), { minLength: 1, maxLength: 5 })
  const size = fc.record({ width: fc.integer({ min: 30, max: 120 }), height: fc.integer({ min: 45, max: 80 }) })
  const look = fc.record({
    charset: fc.constantFrom("braille" as const, "ascii" as const),
    colors: fc.constantFrom(plain, colored),
  })
  fc.assert(
    fc.property(series, size, look, (all, { width, height }, how) => {
      const lines = renderPlot(
        all.map(([unit, each], index) => points(`lab.metric${index}`, unit, each)),
        style({ width, height, ...how }),
      )
      expect(lines.length).toBeLessThanOrEqual(height)
      expect(lines.length).toBeGreaterThan(height - 6)
      const widest = Math.max(...lines.map((line) => displayWidth(line.replace(SGR, ""))))
      expect(widest).toBeLessThanOrEqual(width)
    }),
    { numRuns: 30 },
  )
})
