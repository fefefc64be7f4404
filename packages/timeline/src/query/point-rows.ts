import type { ReadOptions, TimelineRows } from "../answers.js"
import type { LevelParameters } from "../level-parameters.js"
import type { Run } from "../run.js"
import { pointAtOrBefore } from "./find-point.js"
import { pointColumns } from "./point-columns.js"
import { newAggregateColumns } from "./row-columns.js"

/**
 * Each point with `beginNs` ≤ time < `endNs` as a row of its own, which is stamped with its time and has the time before it: back to the
 * point before, also if that is not in the window, or as far as the value holds. Points that mark gaps have no row. The interval is zero.
 *
 * @throws {DataError} `too-many` above the limit of `options`
 */
export async function pointRows(
  runs: readonly Run[],
  { maxGapNs }: LevelParameters,
  beginNs: bigint,
  endNs: bigint,
  options: ReadOptions = {},
): Promise<TimelineRows> {
  const { times, values } = await pointColumns(runs, beginNs, endNs, options)
  const before = await pointAtOrBefore(runs, beginNs - 1n)
  const rows = values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0)
  const found = { intervalNs: 0n, times: new BigInt64Array(rows), aggregates: newAggregateColumns(rows) }
  const { minimum, maximum, sum, count, integralNs, activeTimeNs } = found.aggregates
  let at = 0
  let previousNs = before?.ns
  for (let i = 0; i < times.length; i++) {
    const ns = times[i]!
    const value = values[i]!
    const sinceNs = previousNs ?? ns
    previousNs = ns
    if (Number.isNaN(value)) continue
    const heldNs = maxGapNs !== undefined && ns - sinceNs > maxGapNs ? maxGapNs : ns - sinceNs
    found.times[at] = ns
    minimum[at] = maximum[at] = sum[at] = value
    count[at] = 1n
    integralNs[at] = value * Number(heldNs)
    activeTimeNs[at++] = heldNs
  }
  return found
}
