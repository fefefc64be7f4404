import type { HistoryResponse } from "@metricq/client"
import { movingAverages } from "./moving-average.js"
import { floatOrNull, pythonFloat } from "./python-json.js"

/** What can be asked for, in the order of the answers. */
export const functionNames = ["count", "max", "avg", "min", "sma"] as const
export type FunctionName = (typeof functionNames)[number]

/** A function of a target, and its data points as JSON: `[[value, milliseconds since 1970], …]`. */
export interface Series {
  readonly functionName: FunctionName | "raw"
  readonly datapoints: string
}

type ValueAt = (index: number) => number

/**
 * What is asked for, of what a database has answered. Points take the place of all functions but `sma`: those are one series, `raw`.
 *
 * Rows without points have no value, nor has what is not finite: a gap.
 */
export function seriesOf(
  response: HistoryResponse,
  functions: readonly FunctionName[],
  windowNs: bigint | undefined,
  factor: number,
): Series[] {
  const average = (): Series => {
    const { times, values } = movingAverages(response, windowNs ?? 0n)
    return { functionName: "sma", datapoints: datapoints(times, (i) => values[i]! * factor) }
  }
  if (response.mode !== "values") {
    return functions.map((name) => {
      if (name === "sma") return average()
      return { functionName: name, datapoints: datapoints(response.times, scaled(columnOf(response, name), factor)) }
    })
  }
  const { times, values } = response.points
  const series = functions.filter((name) => name === "sma").map(average)
  if (functions.length > series.length) {
    series.push({ functionName: "raw", datapoints: datapoints(times, (i) => values[i]! * factor) })
  }
  return series
}

/** Mean of a row: over time if any is active, else over its points; NaN without points. */
export function meanAt(response: HistoryResponse): ValueAt {
  if (response.mode === "legacy") return (i) => response.legacy.average[i]!
  const { sum, count, integralNs, activeTimeNs } = response.timeline
  return (i) => {
    const activeNs = Number(activeTimeNs[i]!)
    const mean = activeNs > 0 ? integralNs[i]! / activeNs : sum[i]! / Number(count[i]!)
    return mean + 0 // no minus before a zero
  }
}

function scaled(valueAt: ValueAt, factor: number): ValueAt {
  return (i) => valueAt(i) * factor
}

function columnOf(response: HistoryResponse, name: Exclude<FunctionName, "sma">): ValueAt {
  if (response.mode === "legacy") return legacyValue(response, name)
  const { minimum, maximum, count } = response.timeline
  const known = (valueAt: ValueAt): ValueAt => {
    return (i) => (count[i] === 0n ? Number.NaN : valueAt(i))
  }
  if (name === "count") return known((i) => Number(count[i]!))
  if (name === "avg") return known(meanAt(response))
  const column = name === "min" ? minimum : maximum
  return known((i) => column[i]!)
}

function legacyValue({ legacy }: HistoryResponse, name: Exclude<FunctionName, "sma">): ValueAt {
  if (name === "count") return () => 1
  const column = { min: legacy.minimum, max: legacy.maximum, avg: legacy.average }[name]
  return (i) => column[i]!
}

function datapoints(times: ArrayLike<bigint>, valueAt: ValueAt): string {
  const parts: string[] = []
  for (let i = 0; i < times.length; i++) parts.push(`[${floatOrNull(valueAt(i))}, ${milliseconds(times[i]!)}]`)
  return `[${parts.join(", ")}]`
}

/** A time as a float of milliseconds. */
export function milliseconds(ns: bigint): string {
  return pythonFloat(Number(ns) / 1e6)
}
