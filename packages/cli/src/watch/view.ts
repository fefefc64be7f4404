import type { Colors } from "../terminal/colors.js"
import { formatRate, formatSpan, formatValue } from "../terminal/numbers.js"
import { sparkline } from "../terminal/sparkline.js"
import { displayWidth, fit, pad, printable } from "../terminal/text.js"
import { type Series, SLOTS } from "./series.js"

/** A metric as the live table shows it. */
export interface WatchRow {
  readonly metric: string
  readonly unit: string
  readonly series: Series
}

/** All that a frame of the live table depends on. */
export interface WatchFrame {
  /** Rows in the order in which they appear. */
  readonly rows: readonly WatchRow[]
  /** Index of the first row shown; beyond the end it is moved back. */
  readonly scroll: number
  readonly width: number
  readonly height: number
  /** The time that ages count from, in nanoseconds since 1970. */
  readonly nowNs: bigint
  /** What is watched and how it stands; the first line. */
  readonly status: string
  readonly colors: Colors
}

const VALUE = 12
const RATE = 6
const AGE = 7
const GAP = "  "
const HEADER_LINES = 2
const FOOTER_LINES = 1

/** Rows that fit on a terminal of this height. */
export function rowsThatFit(height: number): number {
  return Math.max(1, height - HEADER_LINES - FOOTER_LINES)
}

/** The farthest that `rows` rows can be scrolled. */
export function maxScroll(rows: number, height: number): number {
  return Math.max(0, rows - rowsThatFit(height))
}

/** The lines of one frame: status, titles, rows, and a line that says what is not shown. None is wider than the terminal. */
export function renderWatch(frame: WatchFrame): string[] {
  const { rows, height, width, colors } = frame
  const scroll = Math.max(0, Math.min(frame.scroll, maxScroll(rows.length, height)))
  const shown = rows.slice(scroll, scroll + rowsThatFit(height))
  const layout = layoutOf(shown, width)
  const lines = [
    colors.dim(fit(printable(frame.status), width)),
    colors.bold(fit(titles(layout), width)),
    ...shown.map((row) => renderRow(row, layout, frame)),
  ]
  const hidden = rows.length - shown.length
  const keys = hidden > 0 ? `${scroll + 1}–${scroll + shown.length} of ${rows.length}  ↑ ↓ scroll  q quit` : "q quit"
  return [...lines, colors.dim(fit(keys, width))]
}

interface Layout {
  readonly name: number
  readonly unit: number
  readonly bars: number
}

/** Bars that a long name leaves room for, where the terminal has it. */
const WANTED_BARS = 20

/** The numbers come first; a name longer than half the terminal gives way to the bars. */
function layoutOf(rows: readonly WatchRow[], width: number): Layout {
  let longestName = displayWidth("metric")
  let unit = displayWidth("unit")
  for (const row of rows) {
    longestName = Math.max(longestName, displayWidth(printable(row.metric)))
    unit = Math.max(unit, displayWidth(printable(row.unit)))
  }
  unit = Math.min(unit, 10)
  const fixed = VALUE + unit + RATE + AGE + 4 * GAP.length
  const room = width - fixed
  const name = Math.max(
    10,
    Math.min(longestName, Math.max(room - GAP.length - WANTED_BARS, Math.min(room, Math.floor(width / 2)))),
  )
  return { name, unit, bars: Math.max(0, Math.min(SLOTS, room - GAP.length - name)) }
}

function titles({ name, unit }: Layout): string {
  const cells = [pad("metric", name), pad("value", VALUE, "right"), pad("unit", unit), pad("Hz", RATE, "right")]
  return [...cells, pad("age", AGE, "right"), "trend"].join(GAP)
}

function renderRow({ metric, unit, series }: WatchRow, layout: Layout, { nowNs, width, colors }: WatchFrame): string {
  const seen = series.points > 0
  const age = seen ? Number(nowNs - series.timeNs) / 1e9 : Number.NaN
  const numbers = [
    pad(fit(printable(metric), layout.name), layout.name),
    pad(seen ? formatValue(series.value) : "–", VALUE, "right"),
    pad(fit(printable(unit), layout.unit), layout.unit),
    pad(formatRate(series.rateHz()), RATE, "right"),
    pad(formatSpan(age), AGE, "right"),
  ].join(GAP)
  const bars = layout.bars > 0 ? `${GAP}${sparkline(series.bars(layout.bars))}` : ""
  const line = fit(numbers + bars, width)
  if (isLate(series, age)) return colors.yellow(line)
  return seen ? line.slice(0, numbers.length) + colors.cyan(line.slice(numbers.length)) : colors.dim(line)
}

/** A metric is late when three of its intervals and two seconds have passed since its last point. */
function isLate(series: Series, ageSeconds: number): boolean {
  const rateHz = series.rateHz()
  return rateHz > 0 && ageSeconds > 2 + 3 / rateHz
}
