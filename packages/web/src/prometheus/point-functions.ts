import { deviationOf, quantileOf } from "./statistics.js"
import type { Stretch } from "./stretch.js"
import { firstAbove } from "./windows.js"

/** What a function makes of the time after `fromMs` up to `toMs`; undefined if nothing. `parameter`: its number at this step. */
export type WindowFunction = (fromMs: number, toMs: number, parameter: number) => number | undefined

/** What a function makes of the points of a window, which are one or more. */
type OfPoints = (values: Float64Array, times: Float64Array, parameter: number) => number | undefined

/** Functions that need each point of a window; of a stretch of points. */
export const pointFunctions: Readonly<Record<string, (stretch: Stretch) => WindowFunction>> = {
  last_over_time: each((values) => values.at(-1)),
  first_over_time: each((values) => values[0]),
  stddev_over_time: each((values) => deviationOf(values)),
  stdvar_over_time: each((values) => deviationOf(values) ** 2),
  quantile_over_time: each((values, _times, part) => quantileOf(values, part)),
  changes: each((values) => count(values, (now, before) => now !== before)),
  resets: each((values) => count(values, (now, before) => now < before)),
  irate: each((values, times) =>
    lastStep(values, times, (now, before, ms) => ((now < before ? now : now - before) / ms) * 1000),
  ),
  idelta: each((values, times) => lastStep(values, times, (now, before) => now - before)),
}

function each(ofPoints: OfPoints): (stretch: Stretch) => WindowFunction {
  return ({ to, sum }) =>
    (fromMs, toMs, parameter) => {
      const [first, end] = [firstAbove(to, fromMs), firstAbove(to, toMs)]
      return first === end ? undefined : ofPoints(sum.subarray(first, end), to.subarray(first, end), parameter)
    }
}

function count(values: Float64Array, counts: (now: number, before: number) => boolean): number {
  let found = 0
  for (let i = 1; i < values.length; i++) if (counts(values[i]!, values[i - 1]!)) found++
  return found
}

function lastStep(
  values: Float64Array,
  times: Float64Array,
  ofTwo: (now: number, before: number, ms: number) => number,
): number | undefined {
  if (values.length < 2) return undefined
  return ofTwo(values.at(-1)!, values.at(-2)!, times.at(-1)! - times.at(-2)!)
}
