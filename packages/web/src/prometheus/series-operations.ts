import { notAnswered } from "./query-error.js"
import { isEmpty, keyOf, type Labels, newSeries, put, type Series } from "./series.js"

/** A series with other labels, and each value that is there changed; undefined takes a value away. */
export function mapSeries(
  series: Series,
  labels: Labels,
  change: (value: number, step: number) => number | undefined,
): Series {
  const result = newSeries(labels, series.values.length)
  for (let step = 0; step < series.values.length; step++) {
    if (series.present[step] === 0) continue
    const value = change(series.values[step]!, step)
    if (value !== undefined) put(result, step, value)
  }
  return result
}

/**
 * Series that have something in them, those of equal labels joined.
 *
 * @throws {QueryError} `execution` where two of equal labels have a value at the same step
 */
export function distinct(series: readonly Series[], what: string): Series[] {
  const byLabels = new Map<string, Series>()
  for (const one of series) {
    if (isEmpty(one)) continue
    const key = keyOf(one.labels)
    const other = byLabels.get(key)
    if (other === undefined) byLabels.set(key, one)
    else byLabels.set(key, joined(other, one, what))
  }
  return [...byLabels.values()]
}

function joined(a: Series, b: Series, what: string): Series {
  const result = newSeries(a.labels, a.values.length)
  for (let step = 0; step < a.values.length; step++) {
    if (a.present[step] === 1 && b.present[step] === 1) {
      notAnswered(`after ${what} several series have the same labels ${describe(a.labels)}`)
    }
    if (a.present[step] === 1) put(result, step, a.values[step]!)
    if (b.present[step] === 1) put(result, step, b.values[step]!)
  }
  return result
}

/** `{unit="W"}` */
export function describe(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ")}}`
}
