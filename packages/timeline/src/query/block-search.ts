import type { PointBlock } from "../point-block.js"

/** Time of a point of a block. */
export function pointTime({ baseNs, offsets }: PointBlock, index: number): bigint {
  return baseNs + BigInt(offsets[index]!)
}

/** Time of the last point of a block. */
export function lastTime(block: PointBlock): bigint {
  return pointTime(block, block.offsets.length - 1)
}

/** Index of the first point at or after a time; the length of the block if all are before. */
export function pointIndex({ baseNs, offsets }: PointBlock, ns: bigint): number {
  // Offsets are below 2^53, so a time so far after the base that float64 rounds it is after all of them, rounded or not.
  return lowerBound(offsets, Number(ns - baseNs))
}

/** The points of a block from index `from` to before `to`, sharing its memory. */
export function pointSlice({ baseNs, offsets, values }: PointBlock, from: number, to: number): PointBlock {
  if (from === 0 && to === offsets.length) return { baseNs, offsets, values }
  return { baseNs, offsets: offsets.subarray(from, to), values: values.subarray(from, to) }
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  if (sorted.length === 0 || sorted[0]! >= wanted) return 0
  let below = 0
  let above = sorted.length
  while (above - below > 1) {
    const middle = (below + above) >>> 1
    if (sorted[middle]! < wanted) below = middle
    else above = middle
  }
  return above
}
