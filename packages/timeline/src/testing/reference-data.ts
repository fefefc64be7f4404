import type { PointBlock } from "../point-block.js"

/** What differs from the plain reference data set. */
export interface ReferenceVariant {
  /** Moves each time by up to a millisecond. */
  readonly jittered?: boolean
  /** Computes the values so that they are not always the double nearest to two decimals. */
  readonly inexact?: boolean
}

const STEP_NS = 100_000_000

/**
 * The data set that every figure of the store is about: noise over a staircase, two decimals, ten points a second from 1 600 000 000 s on.
 *
 * Points `first` to `first + count` of one metric, as fresh columns.
 */
export function referencePoints(
  metric: number,
  first: number,
  count: number,
  { jittered = false, inexact = false }: ReferenceVariant = {},
): PointBlock {
  const offsets = new Float64Array(count)
  const values = new Float64Array(count)
  for (let k = 0; k < count; k++) {
    const i = first + k
    const noise = referenceNoise(metric, i)
    const stair = Math.floor(i / 1000) % 200
    offsets[k] = k * STEP_NS + (jittered ? noise % 1_000_000 : 0)
    values[k] = inexact ? 100 + stair + (noise % 2000) / 100 : (10000 + 100 * stair + (noise % 2000)) / 100
  }
  return { baseNs: 1_600_000_000_000_000_000n + BigInt(first) * BigInt(STEP_NS), offsets, values }
}

/** A 32-bit number that looks random. */
export function referenceNoise(metric: number, i: number): number {
  let x = (Math.imul(i, 2654435761) + Math.imul(metric, 40503)) >>> 0
  x = Math.imul(x ^ (x >>> 15), 2246822519)
  return (x ^ (x >>> 13)) >>> 0
}
