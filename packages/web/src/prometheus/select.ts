import { aggregateLabel } from "./aggregate-label.js"
import type { Selector } from "./expression.js"
import type { Matcher } from "./matchers.js"
import { matchesEmpty, valuesThatMatch } from "./matchers.js"
import { spellings } from "./metric-name.js"
import type { Labels } from "./series.js"
import { nameLabel } from "./series.js"
import type { MetricInfo, SeriesSource } from "./series-source.js"

/** Labels a series can have besides those of a query. */
export const seriesLabels = [nameLabel, "unit", "source"] as const

/** The metrics a selector means, by name. @throws {QueryError} for regular expressions that are none, or take too long */
export function metricsOf(source: SeriesSource, { matchers }: Selector): readonly MetricInfo[] {
  const known = matchers.filter(({ label }) => (seriesLabels as readonly string[]).includes(label))
  const others = matchers.filter((matcher) => !known.includes(matcher) && matcher.label !== aggregateLabel)
  // No series has them, so they are as if empty.
  return others.every((matcher) => matchesEmpty(matcher)) ? source.names(known) : []
}

/** What there is of the metrics that all matchers let through. */
export function filterMetrics(
  metrics: Iterable<MetricInfo>,
  find: (name: string) => MetricInfo | undefined,
  matchers: readonly Matcher[],
): MetricInfo[] {
  const exact = matchers.find(({ label, op }) => label === nameLabel && op === "=")
  let found = exact === undefined ? [...metrics] : oneOf(exact.value, find)
  for (const matcher of matchers) {
    if (matcher === exact) continue
    const valueIn = (metric: MetricInfo) => labelValue(metric, matcher.label)
    const values = valuesThatMatch(matcher, new Set(found.map(valueIn)))
    found = found.filter((metric) => values.has(valueIn(metric)))
  }
  return found
}

function oneOf(name: string, find: (name: string) => MetricInfo | undefined): MetricInfo[] {
  for (const spelling of spellings(name)) {
    const metric = find(spelling)
    if (metric !== undefined) return [metric]
  }
  return []
}

/** The value of a label of the metric; "" for labels it does not have. */
export function labelValue(metric: MetricInfo, label: string): string {
  if (label === nameLabel) return metric.name
  return label === "unit" ? metric.unit : label === "source" ? metric.source : ""
}

/** The labels of a series of the metric; labels without a value are left out. */
export function labelsOfMetric({ name, unit, source }: MetricInfo, aggregate = ""): Labels {
  const labels = { [nameLabel]: name, unit, source, [aggregateLabel]: aggregate }
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""))
}
