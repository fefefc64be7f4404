import type { HistoryAnswer } from "../api.js"

/** A history for drawing: each value holds from the time before it to its own. null where there is nothing. */
export interface Series {
  /** Milliseconds since 1970. */
  times: number[]
  min: (number | null)[]
  mean: (number | null)[]
  max: (number | null)[]
}

/**
 * The series of an answer. Aggregates, which begin at their time, end at it here; where one does not follow upon the other, a null
 * keeps the gap empty. Points have the same minimum, mean and maximum. An error gives an empty series.
 */
export function seriesOf(answer: HistoryAnswer): Series {
  if ("error" in answer) return { times: [], min: [], mean: [], max: [] }
  const times = answer.times.map((time) => Number(BigInt(time) / 1000n) / 1000)
  if (answer.mode === "values") return { times, min: answer.values, mean: answer.values, max: answer.values }
  const interval = Number(answer.intervalNs ?? 0) / 1e6
  const series: Series = { times: [], min: [], mean: [], max: [] }
  let end: number | undefined
  times.forEach((begin, i) => {
    if (end === undefined || begin > end + interval / 2) {
      // The value of a row reaches back to its begin: an edge of its own after what is not there.
      if (end !== undefined) push(series, end, null, null, null)
      push(series, begin, answer.min[i], answer.mean[i], answer.max[i])
    }
    end = begin + interval
    push(series, end, answer.min[i], answer.mean[i], answer.max[i])
  })
  return series
}

type Value = number | null | undefined

function push(series: Series, time: number, min: Value, mean: Value, max: Value): void {
  series.times.push(time)
  series.min.push(min ?? null)
  series.mean.push(mean ?? null)
  series.max.push(max ?? null)
}
