import { quantity, quantityText } from "../lib/quantity.js"
import { clockText, dateText, lengthText } from "../lib/time-format.js"
import type { Palette, Wording } from "./axes.js"
import type { Reading } from "./columns.js"
import type { ChartSeries, Layout } from "./layout.js"
import type { Span } from "./span.js"

/** What the cursor shows: an instant, where the pointer is, and what the series were. */
export interface CursorScene {
  layout: Layout
  view: Span
  series: readonly ChartSeries[]
  cursor: {
    time: number
    now: readonly (Reading | undefined)[]
    /** In the compared period, if there is one. */
    earlier: readonly (Reading | undefined)[] | undefined
  }
  /** In CSS pixels from the left and top of the chart. */
  x: number
  y: number
  palette: Palette
  wording: Wording
}

const ROW = 20
const PAD = 10

/** Draw the line across all panels, and the box of values beside it. The context is scaled to CSS pixels and empty. */
export function drawCursor(context: CanvasRenderingContext2D, scene: CursorScene): void {
  const { layout, palette } = scene
  const x = Math.round(scene.x) + 0.5
  context.strokeStyle = palette.muted
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(x, layout.panels[0]?.top ?? 0)
  context.lineTo(x, layout.bottom)
  context.stroke()
  context.setLineDash([])
  drawBox(context, scene)
}

/** A time with the digits that the scale can tell apart. */
export function cursorTime(time: number, view: Span, pixels: number, { zone }: Wording): string {
  return clockText(time, zone, Math.min(1000, (view.to - view.from) / pixels))
}

/** A line of the box: what is not known is "". */
interface Row {
  colour: string
  name: string
  value: string
  band: string
  earlier: string
}

function drawBox(context: CanvasRenderingContext2D, scene: CursorScene): void {
  const { layout, palette } = scene
  const rows = rowsOf(scene)
  const title = titleOf(scene)
  context.font = `11px ${palette.font}`
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => context.measureText(text).width))
  const names = Math.min(220, width(rows.map((row) => row.name)))
  const values = width(rows.map((row) => row.value))
  const bands = layout.width < 560 ? 0 : width(rows.map((row) => row.band))
  const earlier = width(rows.map((row) => row.earlier))
  const columns = [values, bands, earlier].map((column, i) => (column > 0 ? column + (i === 0 ? 16 : 10) : 0))
  const [valueEnd = 0, bandEnd = 0, earlierEnd = 0] = columns.map((_, i) =>
    columns.slice(0, i + 1).reduce((sum, column) => sum + column, 14 + names),
  )
  const inner = Math.max(width([title]), earlierEnd)
  const { left, top } = place(layout, scene, { width: inner + 2 * PAD, height: 28 + rows.length * ROW })
  drawFrame(context, palette, { left, top, width: inner + 2 * PAD, height: 28 + rows.length * ROW })
  context.textBaseline = "middle"
  const text = (content: string, align: CanvasTextAlign, colour: string, x: number, y: number) => {
    context.textAlign = align
    context.fillStyle = colour
    context.fillText(content, left + PAD + x, y)
  }
  text(title, "left", palette.muted, 0, top + 15)
  rows.forEach((row, i) => {
    const y = top + 36 + i * ROW
    context.fillStyle = row.colour
    context.fillRect(left + PAD, y - 4, 8, 8)
    text(fitted(context, row.name, names), "left", palette.text, 14, y)
    text(row.value, "right", palette.text, valueEnd, y)
    if (bands > 0) text(row.band, "right", palette.muted, bandEnd, y)
    if (earlier > 0) text(row.earlier, "right", palette.muted, earlierEnd, y)
  })
}

function drawFrame(
  context: CanvasRenderingContext2D,
  palette: Palette,
  box: { left: number; top: number; width: number; height: number },
): void {
  context.fillStyle = palette.panel
  context.strokeStyle = palette.line
  context.beginPath()
  context.roundRect(box.left + 0.5, box.top + 0.5, box.width, box.height, 6)
  context.globalAlpha = 0.94
  context.fill()
  context.globalAlpha = 1
  context.stroke()
}

function titleOf({ layout, view, cursor, wording }: CursorScene): string {
  const date = dateText(cursor.time, wording.zone, wording.language)
  const clock = cursorTime(cursor.time, view, layout.plotWidth, wording)
  const step = cursor.now.find((reading) => reading && !reading.raw)?.rowMs
  return `${date} ${clock}${step === undefined ? "" : `  ·  ${lengthText(step)}`}`
}

/** As many as have room; series that are not known at the instant, nor were before, are left out. */
function rowsOf({ layout, series, cursor }: CursorScene): Row[] {
  return series
    .map((one, i) => rowOf(one, cursor.now[i], cursor.earlier?.[i]))
    .filter((row) => row.value !== "" || row.earlier !== "")
    .slice(0, Math.max(1, Math.floor((layout.bottom - 60) / ROW)))
}

function rowOf(
  { name, unit, factor, colour }: ChartSeries,
  now: Reading | undefined,
  earlier: Reading | undefined,
): Row {
  const parts = name.split(".")
  const mean = (reading: Reading) => quantityText(reading.mean * factor, unit)
  const [low, high] = now ? [now.min * factor, now.max * factor].sort((a, b) => a - b) : []
  return {
    colour,
    name: parts.length > 3 ? parts.slice(-3).join(".") : name,
    value: now ? mean(now) : "",
    band: now && !now.raw ? rangeText(quantity(low, unit), quantity(high, unit)) : "",
    earlier: earlier ? `← ${mean(earlier)}` : "",
  }
}

/** From the lesser to the greater value; their unit stands beside the mean, unless it has another prefix there. */
function rangeText([low, lowUnit]: [string, string], [high, highUnit]: [string, string]): string {
  return lowUnit === highUnit ? `${low} – ${high}` : `${low} ${lowUnit} – ${high} ${highUnit}`
}

/** Beside the line, on its other side where there is no room; never outside. */
function place(layout: Layout, { x, y }: { x: number; y: number }, box: { width: number; height: number }) {
  const right = x + 12
  const left = right + box.width < layout.width ? right : x - 12 - box.width
  const top = Math.max(4, Math.min(y - box.height / 2, layout.bottom - box.height - 4))
  return { left: Math.max(2, Math.round(left)), top: Math.round(top) }
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width + 0.5) return text
  let end = text.length
  while (end > 1 && context.measureText(`…${text.slice(-end)}`).width > width) end--
  return `…${text.slice(-end)}`
}
