/** A time, in milliseconds since 1970. */
interface Range {
  readonly from: number
  readonly to: number
}

/** Data that covers less than this part of a picture is shown larger. */
const SLIVER = 0.5
/** Nothing is shown larger than so many milliseconds. */
const SHORTEST_MS = 5_000

/** The part of a range that is worth to be shown of data that begins at `first`: all of it, or for what is young from its begin. */
export function worthShowing(range: Range, first: number | undefined): Range {
  if (first === undefined || !(first > range.from + (range.to - range.from) * (1 - SLIVER))) return range
  return { from: Math.max(range.from, Math.min(first, range.to - SHORTEST_MS)), to: range.to }
}
