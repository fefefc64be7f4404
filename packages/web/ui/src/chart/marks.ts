import type { Layout } from "./layout.js"
import type { Span } from "./span.js"

/** Two instants between which is measured, in ms since 1970. */
export interface Marks {
  a?: number
  b?: number
}

export type MarkName = keyof Marks

export const markNames: readonly MarkName[] = ["a", "b"]

/** Where an instant lies, in CSS pixels from the left of the chart; it may be outside. */
export function xOf({ left, plotWidth }: Layout, { from, to }: Span, time: number): number {
  return left + ((time - from) / (to - from)) * plotWidth
}

/** The instant at a position, no further than the rims of the plot. */
export function timeAt({ left, plotWidth }: Layout, { from, to }: Span, x: number): number {
  return from + (Math.max(0, Math.min(plotWidth, x - left)) / plotWidth) * (to - from)
}

/** The mark within `reach` pixels of a position: the nearer one. */
export function markNear(layout: Layout, view: Span, marks: Marks, x: number, reach: number): MarkName | undefined {
  let found: MarkName | undefined
  let least = reach
  for (const name of markNames) {
    const time = marks[name]
    if (time === undefined) continue
    const distance = Math.abs(xOf(layout, view, time) - x)
    if (distance <= least) {
      found = name
      least = distance
    }
  }
  return found
}

/** The instant with no more digits than a pixel can tell apart: whole seconds, or decimals of a ms. */
export function tidyInstant(time: number, msPerPixel: number): number {
  const unit = 10 ** Math.min(3, Math.floor(Math.log10(msPerPixel)))
  return unit >= 1 ? Math.round(time / unit) * unit : Math.round(time * 1000) / 1000
}
