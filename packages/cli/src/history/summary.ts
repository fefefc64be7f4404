import type { Column } from "../terminal/table.js"
import { namedIntegral } from "../units/integral.js"
import { formatQuantity, formatShare } from "../units/quantity.js"
import type { Usage } from "./usage.js"

/** What is known of one metric in the time of a plot. */
export interface Summary {
  readonly name: string
  readonly unit: string
  readonly usage: Usage
}

/** The table below a plot; the integral only where it has a meaning of its own, such as joules of watts. */
export function summaryTable(summaries: readonly Summary[]): { columns: Column[]; rows: string[][] } {
  const integrals = summaries.some(({ unit }) => namedIntegral(unit) !== undefined) ? ["integral"] : []
  const titles = ["min", "mean", "max", ...integrals, "coverage", "points"]
  const columns: Column[] = [{ title: "metric" }]
  columns.push(...titles.map((title): Column => ({ title, align: "right" })))
  const rows = summaries.map((each) => {
    const { minimum, mean, maximum, coverage, points } = each.usage
    const values = [minimum, mean, maximum].map((value) => formatQuantity(value, each.unit))
    return [each.name, ...values, ...integrals.map(() => integralOf(each)), formatShare(coverage), String(points)]
  })
  return { columns, rows }
}

function integralOf({ unit, usage }: Summary): string {
  const integral = namedIntegral(unit)
  if (integral === undefined || usage.activeSeconds === 0) return ""
  return formatQuantity(usage.integral * integral.factor, integral.unit)
}
