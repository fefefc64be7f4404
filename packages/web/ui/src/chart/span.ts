/** A stretch of time, in ms since 1970. */
export interface Span {
  from: number
  to: number
}

const SHORTEST_MS = 1
const LONGEST_MS = 50 * 366 * 86_400_000
const LATEST_MS = 4e12

/** The span cut to what a chart can show: from 1 ms to 50 years, around a time that can be told. */
export function bounded({ from, to }: Span): Span {
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, to - from))
  const middle = Math.max(length / 2, Math.min(LATEST_MS, (from + to) / 2))
  return { from: middle - length / 2, to: middle + length / 2 }
}

/** The span `factor` times as long around its middle: below 1 comes closer. */
export function zoomed({ from, to }: Span, factor: number): Span {
  const middle = (from + to) / 2
  const half = ((to - from) * factor) / 2
  return { from: middle - half, to: middle + half }
}

/** The span moved by a part of its length; positive is later. */
export function panned({ from, to }: Span, part: number): Span {
  const step = (to - from) * part
  return { from: from + step, to: to + step }
}
