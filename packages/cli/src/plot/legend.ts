import type { Colors } from "../terminal/colors.js"
import { displayWidth, fit, printable } from "../terminal/text.js"
import type { Charset } from "./canvas.js"

/** A series in a legend. */
export interface LegendEntry {
  readonly name: string
  readonly paint: (text: string) => string
}

const APART = "   "

/** Names of series in lines of `width` characters, each behind a mark in its colour where there are colours. */
export function legendLines(
  entries: readonly LegendEntry[],
  width: number,
  { charset, colors }: { charset: Charset; colors: Colors },
): string[] {
  const mark = !colors.isColorSupported ? "" : charset === "braille" ? "━━ " : "-- "
  const lines: string[] = []
  let line = ""
  let used = 0
  for (const { name, paint } of entries) {
    const text = fit(printable(name), Math.max(1, width - mark.length))
    const length = mark.length + displayWidth(text)
    if (used > 0 && used + APART.length + length > width) {
      lines.push(line)
      line = ""
      used = 0
    }
    line += (used > 0 ? APART : "") + colors.bold(paint(mark)) + text
    used += (used > 0 ? APART.length : 0) + length
  }
  return [...lines, line]
}
