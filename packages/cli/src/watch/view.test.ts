import { expect, test } from "vitest"
import { colorsFor } from "../terminal/colors.js"
import { displayWidth } from "../terminal/text.js"
import { Series } from "./series.js"
import { maxScroll, renderWatch, type WatchFrame } from "./view.js"

const second = 1_000_000_000n
const series = (values: number[]) => {
  const made = new Series()
  made.add({
    times: BigInt64Array.from(values, (_, index) => BigInt(index + 1) * second),
    values: Float64Array.from(values),
  })
  return made
}
const frame = (changes: Partial<WatchFrame>): WatchFrame => ({
  rows: [],
  scroll: 0,
  width: 80,
  height: 24,
  nowNs: 0n,
  status: "watching",
  colors: colorsFor({}, {}),
  ...changes,
})

test("a row has value, unit, rate, age and trend; one without points is empty", () => {
  const rows = [
    { metric: "lab.node17.cpu.usage", unit: "%", series: series([10, 20, 12.5]) },
    { metric: "lab.node17.mem", unit: "B", series: new Series() },
  ]
  expect(renderWatch(frame({ rows, nowNs: 4n * second }))).toEqual([
    "watching",
    "metric                       value  unit      Hz      age  trend",
    "lab.node17.cpu.usage       12.5000  %          1    1.0 s  ▁█▃",
    "lab.node17.mem                   –  B          –        –  ",
    "q quit",
  ])
})

test("no line is ever wider than the terminal, and the height holds", () => {
  const rows = Array.from({ length: 50 }, (_, index) => ({
    metric: `a.very.long.name.of.a.metric.in.a.very.deep.hierarchy.number.${index}.温度`,
    unit: "a very long unit",
    series: series(Array.from({ length: 100 }, (_, value) => value * 1e9)),
  }))
  for (const [width, height] of [
    [20, 5],
    [40, 10],
    [80, 24],
    [200, 60],
  ] as const) {
    const lines = renderWatch(frame({ rows, width, height }))
    expect(lines.length).toBeLessThanOrEqual(height)
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  }
})

test("scrolling stops at the end", () => {
  const rows = Array.from({ length: 10 }, (_, index) => ({ metric: `metric.${index}`, unit: "", series: new Series() }))
  const lines = renderWatch(frame({ rows, height: 7, scroll: 99 }))
  expect(maxScroll(10, 7)).toBe(6)
  expect(lines.slice(2).map((line) => line.trim().split(" ")[0])).toEqual([
    "metric.6",
    "metric.7",
    "metric.8",
    "metric.9",
    "7–10",
  ])
})

test("a metric that has stopped stands out", () => {
  const colors = colorsFor({ isTTY: true }, {})
  const rows = [{ metric: "m", unit: "", series: series([1, 2, 3]) }]
  expect(renderWatch(frame({ rows, colors, nowNs: 4n * second }))[2]).not.toContain("\x1b[33m")
  expect(renderWatch(frame({ rows, colors, nowNs: 60n * second }))[2]).toContain("\x1b[33m")
})
