/** Where two columns first differ in a bit, but that all NaN are alike; -1 if they do not. Columns of unequal length differ at the end of the shorter. */
export function firstDifference(left: Float64Array, right: Float64Array): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) if (!Object.is(left[i], right[i])) return i
  return left.length === right.length ? -1 : length
}
