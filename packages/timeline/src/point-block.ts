/**
 * Points of one metric within 2^53 ns (104 days), sorted, each time once.
 *
 * Point i lies at `baseNs + BigInt(offsets[i])`. Offsets are whole numbers from 0 below 2^53, so they are exact; the first is 0 unless the
 * block is a part of another. `offsets` and `values` have the same length ≥ 1 and belong to whoever made the block: readers do not write
 * into them. A value of NaN marks a gap; ±Infinity does not occur.
 */
export interface PointBlock {
  readonly baseNs: bigint
  readonly offsets: Float64Array
  readonly values: Float64Array
}

/** Whether two values of the same time contradict each other; two gaps do not. */
export function isOtherValue(a: number, b: number): boolean {
  return a !== b && !(Number.isNaN(a) && Number.isNaN(b))
}
