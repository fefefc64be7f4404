/** What a picture shows, and its size. */
export interface Frame {
  from: number
  to: number
  low: number
  high: number
  width: number
  height: number
}

type Values = ArrayLike<number | null>

/**
 * Path of a line of steps: each value holds from the time before it to its own; of the first one nothing is seen but its time.
 * A null leaves a gap.
 */
export function linePath(times: readonly number[], values: Values, frame: Frame): string {
  let path = ""
  for (const [begin, end] of stretches(values)) {
    path += `M${x(times[begin] ?? 0, frame)} ${y(values[Math.min(begin + 1, end - 1)] ?? 0, frame)}`
    for (let i = begin + 1; i < end; i++) path += `V${y(values[i] ?? 0, frame)}H${x(times[i] ?? 0, frame)}`
  }
  return path
}

/** Path of the area between two lines of steps. */
export function bandPath(times: readonly number[], low: Values, high: Values, frame: Frame): string {
  let path = ""
  for (const [begin, end] of stretches(low)) {
    path += `M${x(times[begin] ?? 0, frame)} ${y(high[Math.min(begin + 1, end - 1)] ?? 0, frame)}`
    for (let i = begin + 1; i < end; i++) path += `V${y(high[i] ?? 0, frame)}H${x(times[i] ?? 0, frame)}`
    for (let i = end - 1; i > begin; i--) path += `V${y(low[i] ?? 0, frame)}H${x(times[i - 1] ?? 0, frame)}`
    path += "Z"
  }
  return path
}

/** Ranges of indexes, begin to before end, without a null. */
function* stretches(values: Values): Generator<[number, number]> {
  let begin = 0
  for (let i = 0; i <= values.length; i++) {
    const value = values[i]
    if (value !== null && value !== undefined && Number.isFinite(value)) continue
    if (i > begin) yield [begin, i]
    begin = i + 1
  }
}

function x(time: number, { from, to, width }: Frame): number {
  return Math.round((to === from ? 0 : (time - from) / (to - from)) * width * 10) / 10
}

function y(value: number, { low, high, height }: Frame): number {
  return Math.round((high === low ? 0.5 : (high - value) / (high - low)) * height * 10) / 10
}
