import { aggregatesOf } from "./aggregate-label.js"
import type { Expression } from "./expression.js"
import { type FetchedData, lookbackOf, type MetricData } from "./fetch-series.js"
import { labelsOfMetric } from "./select.js"
import { isEmpty, newSeries, put, type Series, type Steps, timeOf } from "./series.js"
import type { Total } from "./total.js"
import { Windows } from "./windows.js"

interface Selection {
  steps: Steps
  data: FetchedData
  lookbackMs: number | undefined
}

const readings: Readonly<Record<string, (total: Total) => number>> = {
  min: (total) => total.minimum,
  max: (total) => total.maximum,
  count: (total) => Math.round(total.count),
}

/**
 * The series of a bare selector. At an instant each has the last value that still counts as that of now; over steps the mean, minimum,
 * maximum or count of each step, and after the newest point its value, as long as it counts as that of now.
 */
export function selectSeries(expression: Extract<Expression, { kind: "selector" }>, selection: Selection): Series[] {
  const aggregates = aggregatesOf(expression.selector)
  return selection.data.get(expression)!.flatMap((data) => {
    const windows = new Windows(data.stretch)
    return aggregates
      .map((aggregate) => seriesOf(data, windows, aggregate, expression.selector.offsetMs, selection))
      .filter((series) => !isEmpty(series))
  })
}

function seriesOf(
  data: MetricData,
  windows: Windows,
  aggregate: string,
  offsetMs: number,
  selection: Selection,
): Series {
  const { steps } = selection
  const { metric, last } = data
  const series = newSeries(labelsOfMetric(metric, aggregate), steps.count)
  const lookbackMs = selection.lookbackMs ?? lookbackOf(metric)
  const reading = readings[aggregate]
  for (let step = 0; step < steps.count; step++) {
    const toMs = timeOf(steps, step) - offsetMs
    if (!steps.isInstant || reading !== undefined) {
      const total = windows.read(toMs - (steps.isInstant ? lookbackMs : steps.stepMs), toMs)
      if (total.isKnown) {
        put(series, step, reading === undefined ? total.mean : reading(total))
        continue
      }
    }
    if (last === undefined || aggregate === "count") continue
    if (last.timeMs <= toMs && last.timeMs > toMs - lookbackMs) put(series, step, last.value)
  }
  return series
}
