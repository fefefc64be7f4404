/** A stretch of time, in ms since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

/** The least width of a window in an overview, so that a hand can take it, as part of the whole. */
const LEAST = 0.008

/** What an overview shows: from the first point there is until now, and the window wherever it is. */
export function overviewSpan(first: number | undefined, now: number, window: Span): Span {
  return { from: Math.min(first ?? window.from, window.from), to: Math.max(now, window.to) }
}

/** Where the window lies in the whole, as parts of its width. */
export function windowIn(whole: Span, window: Span): { left: number; width: number } {
  const length = Math.max(1, whole.to - whole.from)
  const width = Math.min(1, Math.max(LEAST, (window.to - window.from) / length))
  const middle = ((window.from + window.to) / 2 - whole.from) / length
  return { left: Math.min(1 - width, Math.max(0, middle - width / 2)), width }
}

/** The window moved so that its middle is at a part of the whole; it stays inside. */
export function windowAt(whole: Span, window: Span, part: number): Span {
  const length = window.to - window.from
  const middle = whole.from + part * (whole.to - whole.from)
  const from = Math.max(whole.from, Math.min(whole.to - length, middle - length / 2))
  return { from, to: from + length }
}
