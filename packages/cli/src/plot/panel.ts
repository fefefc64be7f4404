import type { Colors } from "../terminal/colors.js"
import { displayWidth, fit } from "../terminal/text.js"
import { readableScale } from "../units/unit.js"
import type { Bins } from "./bins.js"
import { type Canvas, type Cell, type Charset, createCanvas } from "./canvas.js"
import { type ValueRange, valueRange } from "./value-range.js"
import { tickLabel, valueTicks } from "./value-ticks.js"

/** Paints what belongs to a series, the first being 0. */
export type SeriesPaint = (text: string, series: number) => string

/** Colours for series on a stream, repeated after the sixth. */
export function seriesPaint(colors: Colors): SeriesPaint {
  const paints = [colors.cyan, colors.yellow, colors.magenta, colors.green, colors.blue, colors.red]
  return (text, series) => paints[series % paints.length]?.(text) ?? text
}

/** An axis of values with its marks, drawn over `height` lines. */
export interface ValueAxis {
  readonly range: ValueRange
  readonly unit: string
  readonly height: number
  /** Text of the mark in a line, by the line's number from the top. */
  readonly labels: ReadonlyMap<number, string>
}

/** What stands in a field without any values. */
const NOTHING = "no points in this time"

/** Lines between two marks, at least. */
const LINES_PER_TICK = 3

/** The axis on which all of `series` have their place; its unit is the one that the numbers read well in. */
export function valueAxis(series: readonly Bins[], unit: string, height: number): ValueAxis {
  const range = valueRange(series)
  const scale = readableScale(unit, Math.max(Math.abs(range.low), Math.abs(range.high)))
  const scaled = { low: range.low * scale.factor, high: range.high * scale.factor }
  const { values, step } = valueTicks(scaled.low, scaled.high, Math.max(2, Math.floor(height / LINES_PER_TICK)))
  const labels = new Map(values.map((value) => [place(value, scaled, height), tickLabel(value, step)]))
  return { range, unit: scale.unit, height, labels }
}

/** Of `rows` rows, the one in which a value lies; the topmost is 0. */
function place(value: number, { low, high }: ValueRange, rows: number): number {
  const share = (high / 2 - value / 2) / (high / 2 - low / 2)
  return Math.min(rows - 1, Math.max(0, Math.floor(share * rows)))
}

/** Draw series into the field right of an axis, `width` characters wide. */
export function drawSeries(series: readonly Bins[], axis: ValueAxis, width: number, style: FieldStyle): string[] {
  if (!series.some(({ mean }) => mean.some(Number.isFinite))) return nothing(width, axis.height, style)
  const canvas = createCanvas(style.charset, width, axis.height, !style.colors.isColorSupported)
  for (const [index, bins] of series.entries()) {
    drawBand(canvas, bins, axis.range, index)
    drawLine(canvas, bins, axis.range, index)
  }
  return Array.from({ length: axis.height }, (_, row) => renderCells(canvas.line(row), axis.labels.has(row), style))
}

function nothing(width: number, height: number, { colors }: FieldStyle): string[] {
  const middle = Math.floor((height - 1) / 2)
  const text = fit(NOTHING, width)
  const before = " ".repeat(Math.floor((width - displayWidth(text)) / 2))
  return Array.from({ length: height }, (_, row) => (row === middle ? before + colors.dim(text) : ""))
}

/** How a field is drawn. */
export interface FieldStyle {
  readonly charset: Charset
  readonly colors: Colors
  readonly paint: SeriesPaint
}

/** The area between lowest and highest values, but for what the line shows anyway as it goes from a column to its neighbours. */
function drawBand(canvas: Canvas, bins: Bins, range: ValueRange, series: number): void {
  for (let column = 0; column < canvas.columns; column += 1) {
    const [low, high] = [bins.low[column] ?? Number.NaN, bins.high[column] ?? Number.NaN]
    const around = bins.mean.subarray(Math.max(0, column - 1), column + 2).filter((mean) => !Number.isNaN(mean))
    if (low >= Math.min(...around) && high <= Math.max(...around)) continue
    if (low < high) canvas.fill("band", series, column, place(high, range, canvas.rows), place(low, range, canvas.rows))
  }
}

/** A line from column to column; each begins where the one before it ended. */
function drawLine(canvas: Canvas, { mean }: Bins, range: ValueRange, series: number): void {
  let before: number | undefined
  for (let column = 0; column < canvas.columns; column += 1) {
    const value = mean[column] ?? Number.NaN
    const row = Number.isNaN(value) ? undefined : place(value, range, canvas.rows)
    if (row !== undefined) {
      const from = before ?? row
      // The corner belongs to the column before, so that a slope is not drawn twice as thick.
      const start = from < row ? from + 1 : from > row ? from - 1 : row
      canvas.fill("line", series, column, Math.min(start, row), Math.max(start, row))
    }
    before = row
  }
}

function renderCells(cells: readonly Cell[], marked: boolean, { charset, colors, paint }: FieldStyle): string {
  const grid = charset === "braille" && colors.isColorSupported ? "┈" : " "
  let text = ""
  for (let from = 0; from < cells.length; ) {
    const { layer, series } = cells[from]!
    let run = ""
    for (; from < cells.length && cells[from]!.layer === layer && cells[from]!.series === series; from += 1) {
      run += layer === "empty" && marked ? grid : cells[from]!.char
    }
    if (layer === "line") text += colors.bold(paint(run, series))
    else if (layer === "band") text += colors.dim(paint(run, series))
    else text += marked ? colors.dim(run) : run
  }
  return text
}
