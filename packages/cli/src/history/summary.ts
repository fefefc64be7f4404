import type { Column } from "../terminal/table.js"
import { namedIntegral } from "../units/integral.js"
import { formatQuantity, formatShare } from "../units/quantity.js"
import type { Usage } from "./usage.js"

/** Columns of the table below a plot. */
export const summaryColumns: readonly Column[] = [
  { title: "metric" },
  { title: "min", align: "right" },
  { title: "mean", align: "right" },
  { title: "max", align: "right" },
  { title: "integral", align: "right" },
  { title: "coverage", align: "right" },
  { title: "points", align: "right" },
]

/** What is known of a metric in the time of the plot; the integral only where it has a meaning of its own, such as joules of watts. */
export function summaryRow(metric: string, unit: string, usage: Usage): string[] {
  const integral = namedIntegral(unit)
  return [
    metric,
    formatQuantity(usage.minimum, unit),
    formatQuantity(usage.mean, unit),
    formatQuantity(usage.maximum, unit),
    integral === undefined || usage.activeSeconds === 0
      ? ""
      : formatQuantity(usage.integral * integral.factor, integral.unit),
    formatShare(usage.coverage),
    String(usage.points),
  ]
}
