import type { Colors } from "../terminal/colors.js"
import { displayWidth } from "../terminal/text.js"
import type { Span } from "./bins.js"
import type { Charset } from "./canvas.js"
import { localZone, timeTicks, type ZoneOffset } from "./time-ticks.js"

/** Where and how an axis of time is drawn. */
export interface TimeAxisStyle {
  readonly span: Span
  /** Characters left of the axis, and of the axis itself. */
  readonly indent: number
  readonly width: number
  readonly charset: Charset
  readonly colors: Colors
  /** Default: the zone of this machine. */
  readonly zone?: ZoneOffset
  readonly zoneName?: string
}

/** Lines of an axis of time. */
export const TIME_AXIS_LINES = 3

/** The axis below a plot: a line with marks, their times, and below these the dates where they begin, and the name of the zone. */
export function renderTimeAxis(style: TimeAxisStyle): string[] {
  const { span, indent, width, charset, colors, zone = localZone } = style
  const ticks = timeTicks(span, width, zone)
  const lengthNs = Number(span.endNs - span.beginNs)
  const places = ticks.map(({ timeNs }) => Math.floor((Number(timeNs - span.beginNs) / lengthNs) * width))
  const [corner, line, mark] = charset === "braille" ? ["└", "─", "┬"] : ["+", "-", "+"]
  const axis = Array.from({ length: width }, (_, column) => (places.includes(column) ? mark : line)).join("")
  const labels = ticks.map(({ label }, index): Text => ({ column: places[index] ?? 0, text: label }))
  const zoneName = style.zoneName ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const dates = ticks.flatMap(({ label, date }, index): Text[] =>
    date === label || date === ticks[index - 1]?.date ? [] : [{ column: places[index] ?? 0, text: date }],
  )
  const blanks = " ".repeat(Math.max(0, indent))
  return [
    `${blanks} ${colors.dim(corner + axis)}`,
    `${blanks}  ${centred(labels, width)}`,
    `${blanks}  ${colors.dim(withName(centred(dates, width), zoneName, width))}`,
  ]
}

interface Text {
  /** Where its middle is to be. */
  readonly column: number
  readonly text: string
}

/** Texts in a line, each under its column as far as there is room; one that has none is left out. */
function centred(texts: readonly Text[], width: number): string {
  let line = ""
  for (const { column, text } of texts) {
    const length = displayWidth(text)
    const start = Math.max(0, Math.min(width - length, column - Math.floor(length / 2)))
    if (line !== "" && start < displayWidth(line) + 1) continue
    line = line.padEnd(start) + text
  }
  return line
}

function withName(line: string, name: string, width: number): string {
  return displayWidth(line) + displayWidth(name) + 2 <= width ? line.padEnd(width - displayWidth(name)) + name : line
}
