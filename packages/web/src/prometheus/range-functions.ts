import { aggregatesOf } from "./aggregate-label.js"
import { Course, middleOf, valuesOf } from "./course.js"
import type { Expression } from "./expression.js"
import type { FetchedData, MetricData } from "./fetch-series.js"
import { absentLabels } from "./functions.js"
import { pointFunctions, type WindowFunction } from "./point-functions.js"
import { labelsOfMetric } from "./select.js"
import { isEmpty, newSeries, put, type Series, type Steps, timeOf } from "./series.js"
import { regressionOf } from "./statistics.js"
import type { Stretch } from "./stretch.js"
import type { Total } from "./total.js"
import { firstAbove, Windows } from "./windows.js"

interface Ranges {
  steps: Steps
  data: FetchedData
}

/** A function over ranges, at each step. `numbers`: its parameter at each step, where it has one. */
export function overRange(
  name: string,
  range: Extract<Expression, { kind: "range" }>,
  numbers: Float64Array | undefined,
  { steps, data }: Ranges,
): Series[] {
  const { selector, rangeMs } = range
  const [aggregate] = aggregatesOf(selector).filter((one) => one === "" || one === "avg")
  const seriesOf = ({ metric, stretch }: MetricData): Series => {
    const series = newSeries(labelsOfMetric(metric, aggregate), steps.count)
    const read = windowFunctionOf(name, stretch)
    for (let step = 0; step < steps.count; step++) {
      const toMs = timeOf(steps, step) - selector.offsetMs
      const value = read(toMs - rangeMs, toMs, numbers?.[step] ?? Number.NaN)
      if (value !== undefined) put(series, step, value)
    }
    return series
  }
  const all = data.get(range)!.map(seriesOf)
  if (name !== "absent_over_time") return all.filter((series) => !isEmpty(series))
  const absent = newSeries(absentLabels(selector), steps.count)
  for (let step = 0; step < steps.count; step++) {
    if (all.every(({ present }) => present[step] === 0)) put(absent, step, 1)
  }
  return isEmpty(absent) ? [] : [absent]
}

const readings: Readonly<Record<string, (total: Total) => number | undefined>> = {
  avg_over_time: (total) => total.mean,
  min_over_time: (total) => total.minimum,
  max_over_time: (total) => total.maximum,
  sum_over_time: (total) => (total.count > 0 ? total.sum : undefined),
  count_over_time: (total) => Math.round(total.count) || undefined,
  present_over_time: () => 1,
  absent_over_time: () => 1,
}

function windowFunctionOf(name: string, stretch: Stretch): WindowFunction {
  const reading = readings[name]
  if (reading !== undefined) {
    const windows = new Windows(stretch)
    return (fromMs, toMs) => {
      const total = windows.read(fromMs, toMs)
      return total.isKnown ? reading(total) : undefined
    }
  }
  if (name === "rate" || name === "increase") return rising(name, Course.ofCounter(stretch))
  if (name === "delta") return changing(Course.ofGauge(stretch))
  if (name === "deriv" || name === "predict_linear") return straight(name, stretch)
  return pointFunctions[name]!(stretch)
}

/** The increase is what was counted and nothing more; the rate is of the time in which it was. */
function rising(name: "rate" | "increase", course: Course): WindowFunction {
  return (fromMs, toMs) => {
    const { change, coveredMs } = course.read(fromMs, toMs)
    if (!(coveredMs > 0)) return undefined
    return name === "increase" ? change : (change / coveredMs) * 1000
  }
}

/** Of the whole window, where at least half of it is known. */
function changing(course: Course): WindowFunction {
  return (fromMs, toMs) => {
    const { change, coveredMs } = course.read(fromMs, toMs)
    return coveredMs >= (toMs - fromMs) / 2 ? (change * (toMs - fromMs)) / coveredMs : undefined
  }
}

function straight(name: "deriv" | "predict_linear", stretch: Stretch): WindowFunction {
  const times = middleOf(stretch)
  const values = valuesOf(stretch)
  return (fromMs, toMs, seconds) => {
    const [first, end] = [firstAbove(times, fromMs), firstAbove(times, toMs)]
    if (end - first < 2) return undefined
    const sinceEnd = times.subarray(first, end).map((ms) => (ms - toMs) / 1000)
    const { slope, atZero } = regressionOf(sinceEnd, values.subarray(first, end))
    return name === "deriv" ? slope : atZero + slope * seconds
  }
}
