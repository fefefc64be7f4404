import { Timestamp } from "@metricq/protocol"
import { expect, test } from "vitest"
import { type EnergyReport, energyJson, energyTable, type MetricUsage } from "./report.js"

const usage = (metric: string, unit: string, more: Partial<MetricUsage> = {}): MetricUsage => ({
  ...{ metric, unit, integral: 7200, activeSeconds: 60, coverage: 0.6, minimum: 100, maximum: 140, mean: 120 },
  ...{ points: 59, ...more },
})

const report = (...metrics: MetricUsage[]): EnergyReport => ({
  begin: Timestamp.fromIso("2026-11-26T03:00:00Z"),
  end: Timestamp.fromIso("2026-11-26T03:01:40Z"),
  metrics,
})

test("power becomes joules and kilowatt-hours, with their sum", () => {
  const { columns, rows } = energyTable(report(usage("a", "W"), usage("b", "kW")))
  expect(columns.map(({ title }) => title)).toEqual([
    ...["metric", "energy", "kWh", "mean", "min", "max", "coverage", "points"],
  ])
  expect(rows).toEqual([
    ["a", "7200 J", "0.00200000", "120 W", "100 W", "140 W", "60 %", "59"],
    ["b", "7.20000 MJ", "2", "120 kW", "100 kW", "140 kW", "60 %", "59"],
    ["total", "7.20720 MJ", "2.00200"],
  ])
})

test("other units are integrated over seconds, and not added up", () => {
  const { columns, rows } = energyTable(report(usage("a", "°C"), usage("b", "MB/s")))
  expect(columns.map(({ title }) => title)).not.toContain("kWh")
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ["a", "7200 °C·s", "120 °C"],
    ["b", "7200 MB", "120 MB/s"],
  ])
})

test("programs get numbers, and null for what is not known", () => {
  const nothing = { integral: 0, activeSeconds: 0, coverage: 0, points: 0 }
  const unknown = { minimum: Number.NaN, maximum: Number.NaN, mean: Number.NaN }
  const json = energyJson({ ...report(usage("a", "kW"), usage("b", "W", { ...nothing, ...unknown })) })
  expect(json).toEqual({
    begin: "2026-11-26T03:00:00Z",
    end: "2026-11-26T03:01:40Z",
    seconds: 100,
    metrics: [
      { metric: "a", unit: "kW", integral: 7.2e6, integralUnit: "J", kWh: 2, ...figures(120, 100, 140, 0.6, 59) },
      { metric: "b", unit: "W", integral: null, integralUnit: "J", kWh: null, ...figures(null, null, null, 0, 0) },
    ],
  })
})

function figures(mean: number | null, min: number | null, max: number | null, coverage: number, points: number) {
  return { mean, min, max, coverage, points }
}
