import { number } from "../lib/numbers.js"
import { clockText, dateText, lengthText } from "../lib/time-format.js"
import type { Palette, Wording } from "./axes.js"
import type { Reading } from "./columns.js"
import type { ChartSeries, Layout } from "./layout.js"
import type { Span } from "./span.js"

/** What the cursor shows: an instant, where the pointer is, and what the series were. */
export interface CursorScene {
  view: Span
  time: number
  /** In CSS pixels from the left and top of the chart. */
  x: number
  y: number
  series: readonly ChartSeries[]
  readings: readonly (Reading | undefined)[]
}

const ROW = 20
const PAD = 10

/** Draw the line across all panels, and the box of values beside it. The context is scaled to CSS pixels and empty. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  layout: Layout,
  scene: CursorScene,
  palette: Palette,
  wording: Wording,
): void {
  const x = Math.round(scene.x) + 0.5
  context.strokeStyle = palette.muted
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.beginPath()
  context.moveTo(x, layout.panels[0]?.top ?? 0)
  context.lineTo(x, layout.bottom)
  context.stroke()
  context.setLineDash([])
  drawBox(context, layout, scene, palette, wording)
}

/** A time with the digits that the scale can tell apart. */
export function cursorTime(time: number, view: Span, pixels: number, { zone }: Wording): string {
  return clockText(time, zone, Math.min(1000, (view.to - view.from) / pixels))
}

function drawBox(
  context: CanvasRenderingContext2D,
  layout: Layout,
  scene: CursorScene,
  palette: Palette,
  wording: Wording,
): void {
  const rows = scene.series
    .map((series, i) => ({ series, reading: scene.readings[i] }))
    .filter((row): row is { series: ChartSeries; reading: Reading } => row.reading !== undefined)
    .slice(0, Math.max(1, Math.floor((layout.bottom - 60) / ROW)))
  const { time, view } = scene
  const step = rows.find(({ reading }) => !reading.raw)?.reading.rowMs
  const title = [
    `${dateText(time, wording.zone, wording.language)} ${cursorTime(time, view, layout.plotWidth, wording)}`,
    step === undefined ? "" : `  ·  ${lengthText(step)}`,
  ].join("")
  context.font = `11px ${palette.font}`
  const cells = rows.map(({ series, reading }) => cellsOf(series, reading))
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => context.measureText(text).width))
  const names = Math.min(220, width(cells.map((cell) => cell.name)))
  const values = width(cells.map((cell) => cell.value))
  const bands = layout.width < 560 ? 0 : width(cells.map((cell) => cell.band))
  const inner = Math.max(width([title]), 14 + names + 16 + values + (bands > 0 ? 10 + bands : 0))
  const box = { width: inner + 2 * PAD, height: 28 + rows.length * ROW }
  const { left, top } = place(layout, scene, box)

  context.fillStyle = palette.panel
  context.strokeStyle = palette.line
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, box.width, box.height, 6)
  context.globalAlpha = 0.94
  context.fill()
  context.globalAlpha = 1
  context.stroke()
  context.textBaseline = "middle"
  context.textAlign = "left"
  context.fillStyle = palette.muted
  context.fillText(title, left + PAD, top + 15)
  cells.forEach((cell, i) => {
    const y = top + 36 + i * ROW
    context.fillStyle = cell.colour
    context.fillRect(left + PAD, y - 4, 8, 8)
    context.textAlign = "left"
    context.fillStyle = palette.text
    context.fillText(fitted(context, cell.name, names), left + PAD + 14, y)
    context.textAlign = "right"
    context.fillText(cell.value, left + PAD + inner - (bands > 0 ? bands + 10 : 0), y)
    context.fillStyle = palette.muted
    if (bands > 0) context.fillText(cell.band, left + PAD + inner, y)
  })
}

function cellsOf({ name, unit, factor, colour }: ChartSeries, reading: Reading) {
  const parts = name.split(".")
  const band = reading.raw ? "" : `${number(reading.min * factor)} – ${number(reading.max * factor)}`
  return {
    colour,
    name: parts.length > 3 ? parts.slice(-3).join(".") : name,
    value: `${number(reading.mean * factor)} ${unit}`.trimEnd(),
    band,
  }
}

/** Beside the line, on its other side where there is no room; never outside. */
function place(layout: Layout, { x, y }: CursorScene, box: { width: number; height: number }) {
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
