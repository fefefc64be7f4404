import type { Colors } from "../terminal/colors.js"
import { displayWidth, pad, printable } from "../terminal/text.js"
import { BinBuilder, type Bins, type Span } from "./bins.js"
import type { Charset } from "./canvas.js"
import { type LegendEntry, legendLines } from "./legend.js"
import { drawSeries, seriesPaint, type ValueAxis, valueAxis } from "./panel.js"
import { renderTimeAxis, TIME_AXIS_LINES } from "./time-axis.js"
import type { ZoneOffset } from "./time-ticks.js"

/** One metric of a plot. */
export interface PlotSeries {
  readonly name: string
  readonly unit: string
  /** Hands everything that is known to a builder; called more than once. */
  fill(builder: BinBuilder): void
}

/** Where and how a plot is drawn. */
export interface PlotStyle {
  readonly span: Span
  /** Characters and lines of the whole plot; it becomes larger where that is too small to show anything. */
  readonly width: number
  readonly height: number
  readonly charset: Charset
  readonly colors: Colors
  /** Zone of the axis of time, and its name. Default: those of this machine. */
  readonly zone?: ZoneOffset
  readonly zoneName?: string
}

const SMALLEST_WIDTH = 30
const SMALLEST_FIELD = 4

/**
 * Draw metrics over time as lines of text: the mean as a line, lowest to highest value as an area, gaps as gaps.
 *
 * Metrics of one unit share a panel, with a legend and an axis of values; all panels share the axis of time. Without colours lines could
 * not be told apart, so each metric has a panel of its own. No line has blanks at its end.
 */
export function renderPlot(series: readonly PlotSeries[], style: PlotStyle): string[] {
  const width = Math.max(SMALLEST_WIDTH, style.width)
  const panels = panelsOf(series, style, width)
  const gutter = Math.max(3, ...panels.map(({ axis }) => gutterOf(axis)))
  const layout = { ...style, width, gutter, field: Math.max(1, width - gutter - 2) }
  const body = panels.flatMap((panel) => renderPanel(panel, layout))
  return [...body, ...renderTimeAxis({ ...style, indent: gutter, width: layout.field })].map((line) => line.trimEnd())
}

interface Panel {
  readonly series: readonly PlotSeries[]
  /** Number of its first series in the whole plot, so that each has a colour of its own. */
  readonly first: number
  readonly axis: ValueAxis
  readonly legend: readonly string[]
}

/** The axis of values takes its part of the width, but its labels are only known when its height is; this is the most it takes. */
const LARGEST_GUTTER = 16

function panelsOf(series: readonly PlotSeries[], style: PlotStyle, width: number): Panel[] {
  const groups = style.colors.isColorSupported ? byUnit(series) : series.map((each) => [each])
  const paint = seriesPaint(style.colors)
  const drafts = groups.map((group, index) => {
    const first = groups.slice(0, index).reduce((sum, before) => sum + before.length, 0)
    const entries = group.map(({ name }, at): LegendEntry => ({ name, paint: (text) => paint(text, first + at) }))
    return { series: group, first, legend: legendLines(entries, width - LARGEST_GUTTER, style) }
  })
  const legends = drafts.reduce((sum, { legend }) => sum + legend.length, 0)
  const room = Math.floor((style.height - TIME_AXIS_LINES - legends) / Math.max(1, drafts.length))
  const height = Math.max(SMALLEST_FIELD, room)
  return drafts.map((draft) => ({
    ...draft,
    axis: valueAxis(binsOf(draft.series, style.span, width), draft.series[0]?.unit ?? "", height),
  }))
}

function byUnit(series: readonly PlotSeries[]): PlotSeries[][] {
  return [...new Set(series.map(({ unit }) => unit))].map((unit) => series.filter((each) => each.unit === unit))
}

function binsOf(series: readonly PlotSeries[], span: Span, columns: number): Bins[] {
  return series.map((each) => {
    const builder = new BinBuilder(span, columns)
    each.fill(builder)
    return builder.build()
  })
}

function gutterOf({ labels, unit }: ValueAxis): number {
  return Math.max(displayWidth(printable(unit)), ...[...labels.values()].map((label) => label.length))
}

interface Layout extends PlotStyle {
  /** Characters left of the axis of values. */
  readonly gutter: number
  /** Characters right of it. */
  readonly field: number
}

function renderPanel({ series, first, axis, legend }: Panel, layout: Layout): string[] {
  const { charset, gutter, field, colors, span } = layout
  const paint = seriesPaint(colors)
  const bins = binsOf(series, span, charset === "braille" ? field * 2 : field)
  const rows = drawSeries(bins, axis, field, { charset, colors, paint: (text, at) => paint(text, first + at) })
  const [tick, plain] = charset === "braille" ? ["┤", "│"] : ["+", "|"]
  const unit = pad(printable(axis.unit), gutter, "right")
  return [
    ...legend.map((line, index) => `${index === 0 ? unit : " ".repeat(gutter)}  ${line}`),
    ...rows.map((row, index) => {
      const label = axis.labels.get(index)
      return `${pad(label ?? "", gutter, "right")} ${colors.dim(label === undefined ? plain : tick)}${row}`
    }),
  ]
}
