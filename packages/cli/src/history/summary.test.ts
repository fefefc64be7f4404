import { TimeAggregate, Timedelta, Timestamp } from "@metricq/protocol"
import { expect, test } from "vitest"
import { summaryTable } from "./summary.js"
import { usageOf } from "./usage.js"

const aggregate = new TimeAggregate({
  timestamp: Timestamp.fromNs(0n),
  minimum: 100,
  maximum: 20_500,
  sum: 0,
  count: 59,
  integralNs: 30_000 * 1e9,
  activeTime: Timedelta.fromSeconds(60),
})

test("watts are integrated to joules, other units have no integral", () => {
  const usage = usageOf(aggregate, 80)
  const power = { name: "lab.power", unit: "W", usage }
  const temperature = { name: "lab.temperature", unit: "°C", usage }
  const { columns, rows } = summaryTable([power, temperature])
  expect(columns.map(({ title }) => title)).toEqual([
    ...["metric", "min", "mean", "max", "integral", "coverage", "points"],
  ])
  expect(rows).toEqual([
    ["lab.power", "100 W", "500 W", "20.5000 kW", "30 kJ", "75 %", "59"],
    ["lab.temperature", "100 °C", "500 °C", "20500 °C", "", "75 %", "59"],
  ])
  expect(summaryTable([temperature]).columns.map(({ title }) => title)).not.toContain("integral")
})

test("where nothing is known there are dashes", () => {
  const { timestamp } = aggregate
  const [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const nothing = { timestamp, minimum: low, maximum: high, sum: 0, count: 0, integralNs: 0 }
  const usage = usageOf(new TimeAggregate({ ...nothing, activeTime: Timedelta.fromNs(0n) }), 80)
  expect(summaryTable([{ name: "lab.power", unit: "W", usage }]).rows).toEqual([
    ["lab.power", "–", "–", "–", "", "0 %", "0"],
  ])
})
