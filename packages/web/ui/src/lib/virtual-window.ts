/** Rows of a long list that are to be drawn. */
export interface VirtualWindow {
  /** First row drawn. */
  first: number
  /** The row behind the last one drawn. */
  end: number
  /** Height of the whole list in pixels. */
  height: number
  /** Where the first row is drawn, in pixels from the top of the list. */
  top: number
}

/** Taller elements are cut off by browsers; the scroll position stands for more than a pixel then. */
const TALLEST = 8_000_000

/** What a list of `rows` rows of `rowHeight` pixels draws when it is scrolled to `scrollTop`, with `spare` rows on both sides. */
export function virtualWindow(
  rows: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  spare = 8,
): VirtualWindow {
  const full = rows * rowHeight
  const height = Math.min(full, TALLEST)
  const range = Math.max(0, height - viewHeight)
  const at = Math.min(Math.max(0, scrollTop), range)
  const offset = range === 0 ? 0 : (at / range) * Math.max(0, full - viewHeight)
  const first = Math.max(0, Math.floor(offset / rowHeight) - spare)
  const end = Math.min(rows, Math.ceil((offset + viewHeight) / rowHeight) + spare)
  return { first: Math.min(first, end), end, height, top: at - (offset - first * rowHeight) }
}

/** Where to scroll so that a row is in sight; the present position if it is. */
export function scrollTo(row: number, rows: number, rowHeight: number, scrollTop: number, viewHeight: number): number {
  const full = rows * rowHeight
  const height = Math.min(full, TALLEST)
  const range = Math.max(0, height - viewHeight)
  const scale = range === 0 ? 1 : (full - viewHeight) / range
  const offset = scrollTop * scale
  const above = row * rowHeight
  const below = above + rowHeight - viewHeight
  if (above < offset) return above / scale
  if (below > offset) return below / scale
  return scrollTop
}
