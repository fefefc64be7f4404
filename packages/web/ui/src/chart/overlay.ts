import type { Palette, Wording } from "./axes.js"
import type { Reading } from "./columns.js"
import { drawCursor } from "./cursor.js"
import type { Marking, Point } from "./drags.js"
import type { DrawContext } from "./draw-context.js"
import type { ChartSeries, Layout } from "./layout.js"
import { type Marks, markNames, timeAt, xOf } from "./marks.js"
import type { Span } from "./span.js"

/** What the series were at an instant, in their order. */
export interface CursorReadings {
  time: number
  now: readonly (Reading | undefined)[]
  /** In the compared period, if there is one. */
  earlier: readonly (Reading | undefined)[] | undefined
}

/** What is drawn over the data, and how. */
export interface OverlayScene {
  layout: Layout
  view: Span
  series: readonly ChartSeries[]
  cursor: CursorReadings | undefined
  palette: Palette
  wording: Wording
}

const FLAG = { width: 16, height: 14 }

/** What lies over the data: the cursor, the marks, and what the hand is marking. */
export class Overlay {
  /** Whether it is to be drawn anew. */
  dirty = false
  marks: Marks = {}
  #pointer: Point | undefined
  #marking: Marking | undefined

  get isMarking(): boolean {
    return this.#marking !== undefined
  }

  setMarks(marks: Marks): void {
    this.marks = marks
    this.dirty = true
  }

  setMarking(marking: Marking | undefined): void {
    this.#marking = marking
    this.dirty = true
  }

  setPointer(position: Point | undefined): void {
    this.#pointer = position
    this.dirty = true
  }

  /** Move the pointer sideways by a part of the plot, from its middle if it is not there. */
  step({ left, plotWidth, panels }: Layout, part: number): void {
    const top = panels[0]
    const y = this.#pointer?.y ?? (top ? top.top + top.height / 2 : 0)
    const x = this.#pointer === undefined ? left + plotWidth / 2 : this.#pointer.x + part * plotWidth
    this.setPointer({ x: Math.max(left, Math.min(left + plotWidth, x)), y })
  }

  /** The instant under the pointer; undefined if it is not on a plot. */
  timeOf(layout: Layout, view: Span): number | undefined {
    const pointer = this.#pointer
    if (!pointer) return undefined
    const { left, plotWidth, bottom } = layout
    if (pointer.x < left || pointer.x > left + plotWidth || pointer.y > bottom) return undefined
    return timeAt(layout, view, pointer.x)
  }

  /** The context is scaled to CSS pixels and empty. */
  draw(context: CanvasRenderingContext2D, scene: OverlayScene): void {
    this.dirty = false
    const { layout, view, palette, cursor } = scene
    if (this.#marking) drawMarking(context, layout, view, this.#marking, palette)
    this.drawMarks(context, layout, view, palette)
    if (cursor && this.#pointer) drawCursor(context, { ...scene, ...this.#pointer, cursor })
  }

  drawMarks(context: DrawContext, layout: Layout, view: Span, palette: Palette): void {
    drawMarks(context, layout, view, this.marks, palette)
  }
}

/** Draw what the hand is marking: a stretch of time across all panels, or of values across one. The context is scaled to CSS pixels. */
function drawMarking(
  context: CanvasRenderingContext2D,
  layout: Layout,
  view: Span,
  marking: Marking,
  palette: Palette,
): void {
  context.fillStyle = palette.accent
  context.globalAlpha = 0.15
  if ("times" in marking) {
    const begin = xOf(layout, view, marking.times.from)
    context.fillRect(begin, 0, xOf(layout, view, marking.times.to) - begin, layout.bottom)
  } else {
    const { panel, low, high } = marking
    const top = panel.top + panel.height * (1 - high)
    context.fillRect(layout.left, top, layout.plotWidth, panel.height * (high - low))
  }
  context.globalAlpha = 1
}

/** Draw the marks as lines with a flag each, and a veil over what lies between them. The context is scaled to CSS pixels. */
function drawMarks(context: DrawContext, layout: Layout, view: Span, marks: Marks, palette: Palette): void {
  const { left, plotWidth, bottom } = layout
  context.save()
  context.beginPath()
  context.rect(left - FLAG.width, 0, plotWidth + 2 * FLAG.width, bottom + 1)
  context.clip()
  if (marks.a !== undefined && marks.b !== undefined) {
    const [begin, end] = [xOf(layout, view, marks.a), xOf(layout, view, marks.b)].sort((a, b) => a - b) as [
      number,
      number,
    ]
    context.fillStyle = palette.accent
    context.globalAlpha = 0.07
    context.fillRect(Math.max(left, begin), 0, Math.min(left + plotWidth, end) - Math.max(left, begin), bottom)
    context.globalAlpha = 1
  }
  for (const name of markNames) {
    const time = marks[name]
    const x = time === undefined ? Number.NaN : xOf(layout, view, time)
    if (x >= left - 1 && x <= left + plotWidth + 1) drawMark(context, name.toUpperCase(), x, bottom, palette)
  }
  context.restore()
}

function drawMark(context: DrawContext, text: string, x: number, bottom: number, palette: Palette): void {
  const at = Math.round(x)
  context.fillStyle = palette.accent
  context.fillRect(at - 0.5, 0, 1.5, bottom)
  context.beginPath()
  context.roundRect(at - FLAG.width / 2, 0, FLAG.width, FLAG.height, 3)
  context.fill()
  context.fillStyle = palette.onAccent
  context.font = `600 10px ${palette.font}`
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.fillText(text, at, FLAG.height / 2 + 0.5)
}
