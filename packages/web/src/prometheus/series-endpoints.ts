import { aggregateLabel, aggregateNames, aggregatesOf } from "./aggregate-label.js"
import { type Envelope, success } from "./envelope.js"
import { unescapeName } from "./metric-name.js"
import type { Parameters } from "./parameters.js"
import { parseSelector } from "./parse.js"
import { refuse } from "./query-error.js"
import { labelsOfMetric, labelValue, metricsOf, seriesLabels } from "./select.js"
import type { Labels } from "./series.js"
import { nameLabel } from "./series.js"
import type { MetricInfo, SeriesSource } from "./series-source.js"

/** Series in an answer, unless fewer are asked for. */
const mostSeries = 100_000

/** `/api/v1/series`: the labels of all series that a `match[]` means. Times are not looked at: a metric is there as long as it is known. */
export function listSeries(parameters: Parameters, source: SeriesSource): Envelope {
  const matches = parameters.all("match")
  if (matches.length === 0) refuse("a parameter match[] is missing")
  const found = new Map<string, Labels>()
  for (const match of matches) {
    const selector = parseSelector(match)
    const aggregates = aggregatesOf(selector)
    for (const metric of metricsOf(source, selector)) {
      for (const aggregate of aggregates) {
        found.set(`${metric.name}\0${aggregate}`, labelsOfMetric(metric, aggregate))
      }
    }
  }
  return limited([...found.values()], parameters, mostSeries)
}

/** `/api/v1/labels`: the names of labels. */
export function listLabels(parameters: Parameters, source: SeriesSource): Envelope {
  const metrics = matching(parameters, source)
  const used = seriesLabels.filter((label) => metrics.some((metric) => labelValue(metric, label) !== ""))
  return limited(metrics.length === 0 ? [] : [...used, aggregateLabel].sort(), parameters)
}

/** `/api/v1/label/NAME/values`: the values of a label, whose name may be escaped with `U__`. */
export function listLabelValues(name: string, parameters: Parameters, source: SeriesSource): Envelope {
  const label = unescapeName(name)
  if (label === "") refuse("a label has a name")
  const metrics = matching(parameters, source)
  if (label === aggregateLabel) return limited(metrics.length === 0 ? [] : [...aggregateNames].sort(), parameters)
  const values = new Set(metrics.map((metric) => labelValue(metric, label)))
  values.delete("")
  return limited([...values].sort(), parameters)
}

/** `/api/v1/metadata`: description and unit of metrics. */
export function listMetadata(parameters: Parameters, source: SeriesSource): Envelope {
  const name = parameters.text("metric")
  const matchers = name === undefined || name === "" ? [] : [{ label: nameLabel, op: "=" as const, value: name }]
  const metrics = source.names(matchers).slice(0, parameters.limit())
  const entries = metrics.map((metric) => [
    metric.name,
    [{ type: "gauge", help: metric.description, unit: metric.unit }],
  ])
  return success(JSON.stringify(Object.fromEntries(entries)))
}

function matching(parameters: Parameters, source: SeriesSource): readonly MetricInfo[] {
  const matches = parameters.all("match")
  if (matches.length === 0) return source.names([])
  const found = matches.flatMap((match) => metricsOf(source, parseSelector(match)))
  return matches.length === 1 ? found : [...new Map(found.map((metric) => [metric.name, metric])).values()]
}

function limited(values: readonly unknown[], parameters: Parameters, most = Number.POSITIVE_INFINITY): Envelope {
  const limit = Math.min(parameters.limit() ?? most, most)
  const warnings = values.length > limit ? [`results truncated: ${limit} of ${values.length}`] : []
  return success(JSON.stringify(values.slice(0, limit)), { warnings })
}
