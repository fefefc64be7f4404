import type { Timestamp } from "@metricq/protocol"
import { unitOf } from "../history/plot-data.js"
import type { Usage } from "../history/usage.js"
import type { MetricList } from "../network/metric-list.js"
import { formatValue } from "../terminal/numbers.js"
import type { Column } from "../terminal/table.js"
import { integralUnit, JOULES_PER_KWH } from "../units/integral.js"
import { formatQuantity, formatShare } from "../units/quantity.js"

/** What was used in a stretch of time. */
export interface EnergyReport {
  readonly begin: Timestamp
  readonly end: Timestamp
  /** The command that ran meanwhile, and how it ended. */
  readonly command?: readonly string[]
  readonly exitCode?: number
  readonly metrics: readonly MetricUsage[]
}

/** What was used of one metric. */
export interface MetricUsage extends Usage {
  readonly metric: string
  readonly unit: string
}

/** Usage by metric, with their units, in the order of the metrics. */
export function withUnits(metrics: MetricList, usages: ReadonlyMap<string, Usage>): MetricUsage[] {
  return [...metrics].flatMap(([metric, metadata]) => {
    const usage = usages.get(metric)
    return usage === undefined ? [] : [{ metric, unit: unitOf(metadata), ...usage }]
  })
}

/** The table of a report: with kilowatt-hours where there are any, and a line with the sum where several metrics are all energy. */
export function energyTable({ metrics }: EnergyReport): { columns: Column[]; rows: string[][] } {
  const energies = metrics.filter(({ unit }) => integralUnit(unit).unit === "J")
  const areEnergy = energies.length === metrics.length
  const kWh = energies.length > 0 ? ["kWh"] : []
  const titles = [areEnergy ? "energy" : "integral", ...kWh, "mean", "min", "max", "coverage", "points"]
  const columns: Column[] = [{ title: "metric" }]
  columns.push(...titles.map((title): Column => ({ title, align: "right" })))
  const rows = metrics.map((each) => {
    const { unit, coverage, mean, minimum, maximum, points } = each
    const integral = integralCells(each).slice(0, 1 + kWh.length)
    const values = [mean, minimum, maximum].map((value) => formatQuantity(value, unit))
    return [each.metric, ...integral, ...values, formatShare(coverage), String(points)]
  })
  if (areEnergy && metrics.length > 1) {
    rows.push(["total", ...joules(metrics.reduce((sum, each) => sum + scaled(each), 0))])
  }
  return { columns, rows }
}

function integralCells(usage: MetricUsage): string[] {
  const { unit } = integralUnit(usage.unit)
  if (usage.activeSeconds === 0) return ["–", ""]
  return unit === "J" ? joules(scaled(usage)) : [formatQuantity(scaled(usage), unit), ""]
}

function joules(value: number): string[] {
  return [formatQuantity(value, "J"), formatValue(value / JOULES_PER_KWH)]
}

function scaled({ unit, integral }: MetricUsage): number {
  return integral * integralUnit(unit).factor
}

/** A report for programs; what is not known is null. */
export function energyJson({ begin, end, command, exitCode, metrics }: EnergyReport): Record<string, unknown> {
  return {
    ...(command === undefined ? {} : { command, exitCode }),
    begin: begin.toIso(),
    end: end.toIso(),
    seconds: end.minus(begin).s,
    metrics: metrics.map((each) => {
      const { unit } = integralUnit(each.unit)
      const known = each.activeSeconds > 0
      const value = known ? scaled(each) : null
      return {
        metric: each.metric,
        unit: each.unit,
        integral: value,
        integralUnit: unit,
        ...(unit === "J" ? { kWh: value === null ? null : value / JOULES_PER_KWH } : {}),
        mean: finite(each.mean),
        min: finite(each.minimum),
        max: finite(each.maximum),
        coverage: each.coverage,
        points: each.points,
      }
    }),
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
