import type { TimelineRows } from "../answers.js"
import type { PointBlock } from "../point-block.js"
import { countPoints, measuredPoints } from "./point-columns.js"
import { newAggregateColumns } from "./row-columns.js"
import { storeTimes, storeWhole, wordsOf } from "./words.js"

/**
 * Each point as a row of its own, which is stamped with its time and has the time before it: back to the point before, or as far as the
 * value holds. Points that mark gaps have no row. The interval is zero.
 *
 * @param previousNs time of the point before the first; without it that has no time
 */
export function pointRows(
  blocks: readonly PointBlock[],
  previousNs: bigint | undefined,
  maxGapNs: bigint | undefined,
): TimelineRows {
  const rows = measuredPoints(blocks)
  const length = countPoints(rows)
  const times = new BigInt64Array(length)
  const aggregates = newAggregateColumns(length)
  const { minimum, maximum, sum, count, integralNs, activeTimeNs } = aggregates
  const timeWords = wordsOf(times)
  const activeWords = wordsOf(activeTimeNs)
  let at = 0
  for (const { baseNs, offsets, values } of rows) {
    storeTimes(timeWords, at, baseNs, offsets)
    for (const column of [minimum, maximum, sum]) column.set(values, at)
    at += offsets.length
  }
  count.fill(1n)
  const maxGap = maxGapNs === undefined ? Number.POSITIVE_INFINITY : Number(maxGapNs)
  const active = heldTimes(blocks, previousNs).map((time) => Math.min(time, maxGap))
  storeWhole(activeWords, 0, active)
  active.forEach((time, i) => {
    integralNs[i] = time * sum[i]!
  })
  return { intervalNs: 0n, times, aggregates }
}

/** The time from the point before to each point that marks no gap. */
function heldTimes(blocks: readonly PointBlock[], previousNs: bigint | undefined): Float64Array {
  const times = new Float64Array(countPoints(blocks))
  let at = 0
  let lastNs = previousNs
  for (const { baseNs, offsets, values } of blocks) {
    const firstNs = baseNs + BigInt(offsets[0]!)
    for (let i = 0; i < offsets.length; i++) {
      if (Number.isNaN(values[i]!)) continue
      if (i > 0) times[at++] = offsets[i]! - offsets[i - 1]!
      else times[at++] = lastNs === undefined ? 0 : Number(firstNs - lastNs)
    }
    lastNs = baseNs + BigInt(offsets.at(-1)!)
  }
  return times.subarray(0, at)
}
