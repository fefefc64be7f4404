import { DAY, logTicks, timeTicks, valueTicks } from "../lib/ticks.js"
import { dateText, tickText } from "../lib/time-format.js"
import type { Zone } from "../lib/zone.js"
import type { DrawContext } from "./draw-context.js"
import type { Layout, Panel } from "./layout.js"
import type { Span } from "./span.js"
import { partOf, type ValueScale } from "./value-range.js"

/** Colours of the chart's frame, as CSS writes them. */
export interface Palette {
  text: string
  muted: string
  panel: string
  line: string
  grid: string
  accent: string
  onAccent: string
  font: string
}

/** How times are written. */
export interface Wording {
  zone: Zone
  language: string
}

/** Draw lines, numbers and times. The context is scaled to CSS pixels and empty. */
export function drawAxes(
  context: DrawContext,
  layout: Layout,
  view: Span,
  scales: ReadonlyMap<string, ValueScale>,
  palette: Palette,
  wording: Wording,
): void {
  context.font = `11px ${palette.font}`
  context.lineWidth = 1
  for (const panel of layout.panels) {
    const scale = scales.get(panel.unit)
    if (scale) drawValueAxis(context, layout, panel, scale, palette)
  }
  drawTimeAxis(context, layout, view, palette, wording)
}

function drawValueAxis(
  context: DrawContext,
  { left, plotWidth }: Layout,
  panel: Panel,
  scale: ValueScale,
  palette: Palette,
): void {
  const y = (value: number) => Math.round(panel.top + panel.height * (1 - partOf(scale, value))) + 0.5
  context.textBaseline = "middle"
  context.textAlign = "right"
  context.strokeStyle = palette.grid
  context.fillStyle = palette.muted
  context.beginPath()
  for (const [value, label] of labelledTicks(scale, Math.max(2, panel.height / 44))) {
    context.moveTo(left, y(value))
    context.lineTo(left + plotWidth, y(value))
    context.fillText(label, left - 8, y(value))
  }
  context.stroke()
  line(context, palette.line, left, panel.top + panel.height + 0.5, left + plotWidth)
}

function labelledTicks(scale: ValueScale, most: number): [number, string][] {
  const { low, high, log } = scale
  if (log) return logTicks(low, high, most).map((value) => [value, tickLabel(value, value)])
  const { values, step } = valueTicks(low, high, most)
  return values.map((value) => [value, tickLabel(value, step)])
}

/** Titles above the panels, for pictures: on the page they are buttons. */
export function drawTitles(context: DrawContext, { left, panels }: Layout, { font, muted }: Palette): void {
  context.font = `11px ${font}`
  context.fillStyle = muted
  context.textAlign = "left"
  context.textBaseline = "bottom"
  for (const panel of panels) context.fillText(panel.title, left + 2, panel.top - 1)
}

/** Numbers of one axis: the same decimals and the same prefix for all, `12.5k`. */
export function tickLabel(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step)
  if (value === 0) return "0"
  if (size >= 1e15 || step < 1e-9) return value.toExponential(2)
  const power =
    step >= 1e9 ? 9 : step >= 1e6 ? 6 : step >= 1e3 && size >= 1e4 ? 3 : size >= 1e9 ? 9 : size >= 1e6 ? 6 : 0
  const decimals = Math.max(0, -Math.floor(Math.log10(step / 10 ** power) + 1e-9))
  const suffix = power === 9 ? "G" : power === 6 ? "M" : power === 3 ? "k" : ""
  return (value / 10 ** power).toFixed(Math.min(decimals, 12)).replace("-", "−") + suffix
}

function drawTimeAxis(
  context: DrawContext,
  { left, plotWidth, bottom }: Layout,
  view: Span,
  palette: Palette,
  { zone, language }: Wording,
): void {
  const { times, step } = timeTicks(view.from, view.to, Math.max(2, plotWidth / 96), zone)
  const x = (ms: number) => left + ((ms - view.from) / (view.to - view.from)) * plotWidth
  context.textBaseline = "top"
  context.fillStyle = palette.muted
  context.strokeStyle = palette.line
  context.beginPath()
  let dateEnd = Number.NEGATIVE_INFINITY
  let day = ""
  for (const [i, time] of times.entries()) {
    const at = x(time)
    context.moveTo(Math.round(at) + 0.5, bottom)
    context.lineTo(Math.round(at) + 0.5, bottom + 4)
    const label = tickText(time, step, zone, language)
    const half = context.measureText(label).width / 2
    context.textAlign = "center"
    if (at - half >= left - 30 && at + half <= left + plotWidth + 6) context.fillText(label, at, bottom + 6)
    if (step >= DAY) continue
    const date = dateText(time, zone, language)
    if (date !== day && at > dateEnd) {
      const begin = i === 0 ? left : at - half
      context.textAlign = "left"
      context.fillText(date, begin, bottom + 20)
      dateEnd = begin + context.measureText(date).width + 12
    }
    day = date
  }
  context.stroke()
}

function line(context: DrawContext, colour: string, left: number, y: number, right: number): void {
  context.strokeStyle = colour
  context.beginPath()
  context.moveTo(left, y)
  context.lineTo(right, y)
  context.stroke()
}
