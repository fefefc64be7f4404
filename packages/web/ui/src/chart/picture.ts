import type { AxisSetting } from "../lib/axis-setting.js"
import type { Piece } from "../lib/cover.js"
import { Columns } from "./columns.js"
import type { DrawContext } from "./draw-context.js"
import { drawSeries } from "./draw-series.js"
import type { ChartSeries, Layout } from "./layout.js"
import type { Span } from "./span.js"
import { type Extremes, scaleFor, union, type ValueScale } from "./value-range.js"

/** Width in device pixels that pictures do not exceed. */
const MOST_WIDTH = 8192

/** What one painting needs to know. */
export interface Scene {
  view: Span
  layout: Layout
  /** Device pixels a CSS pixel. */
  ratio: number
  /** Windows to paint on each side of the visible one. */
  margin: number
  series: readonly ChartSeries[]
  /** What is at hand of a series in a stretch of time; `shift` is how far back a compared period lies. */
  piecesOf: (series: ChartSeries, span: Span, shift: number) => Piece[]
  /** The compared period lies so many ms back; 0 for none. */
  compareMs: number
  /** How the value axes find their ranges, by unit. */
  axes: ReadonlyMap<string, AxisSetting>
  /** Scales that must stay inside, by unit: those of the picture in front while a gesture lasts. */
  keep: ReadonlyMap<string, ValueScale> | undefined
}

/**
 * The data of a chart drawn up to three windows wide, so that a gesture only moves and stretches it. Painted in steps,
 * so that painting never holds up a frame.
 */
export class Picture {
  readonly canvas = document.createElement("canvas")
  /** Stretch of time that the canvas covers. */
  span: Span = { from: 0, to: 0 }
  /** Device pixels a millisecond. */
  perMs = 1
  scales = new Map<string, ValueScale>()
  /** Pieces that were drawn, by name: for readings under the cursor. */
  readonly pieces = new Map<string, Piece[]>()
  /** The same of the compared period. */
  readonly earlier = new Map<string, Piece[]>()
  #columns: Columns[] = [];

  /** Paint a scene; each step takes about a millisecond. Until the last one the canvas is not to be shown. */
  *paint(scene: Scene): Generator<void> {
    const { view, layout, ratio } = scene
    const plot = Math.round(layout.plotWidth * ratio)
    const margin = Math.max(0, Math.min(Math.round(plot * scene.margin), Math.floor((MOST_WIDTH - plot) / 2)))
    this.perMs = plot / (view.to - view.from)
    this.span = { from: view.from - margin / this.perMs, to: view.to + margin / this.perMs }
    const width = plot + 2 * margin
    this.pieces.clear()
    this.earlier.clear()
    yield* this.#reduce(scene, width)
    this.#scale(scene, margin, margin + plot)
    this.canvas.width = width
    this.canvas.height = Math.round(layout.bottom * ratio)
    const context = this.canvas.getContext("2d")
    if (context) yield* this.#draw(context, scene)
  }

  /**
   * Draw a scene at once, without margins, on something else; `below` draws what lies under it, once the scales are known. The context is scaled to
   * device pixels of the scene, with the plot at its left.
   */
  drawOn(context: DrawContext, scene: Scene, below: (scales: ReadonlyMap<string, ValueScale>) => void): void {
    const { view, layout, ratio } = scene
    const width = Math.round(layout.plotWidth * ratio)
    this.perMs = width / (view.to - view.from)
    this.span = view
    for (const _ of this.#reduce(scene, width));
    this.#scale(scene, 0, width)
    below(this.scales)
    for (const _ of this.#draw(context, scene));
  }

  *#reduce({ series, piecesOf, compareMs }: Scene, width: number): Generator<void> {
    const rounds = compareMs > 0 ? 2 : 1
    while (this.#columns.length < series.length * rounds) this.#columns.push(new Columns())
    for (const [i, one] of series.entries()) {
      for (let round = 0; round < rounds; round++) {
        const shift = round * compareMs
        const span = { from: this.span.from - shift, to: this.span.to - shift }
        const pieces = piecesOf(one, span, shift)
        const drawn = round === 0 ? this.pieces : this.earlier
        drawn.set(one.name, pieces)
        const scale = { from: span.from, perMs: this.perMs }
        this.#columns[i + round * series.length]?.fill(width, scale, pieces, one.maxGapMs, one.factor)
      }
      yield
    }
  }

  /** The scale of each panel follows what is inside the window, unless it is fixed. */
  #scale({ layout, series, compareMs, axes, keep }: Scene, begin: number, end: number): void {
    this.scales = new Map()
    for (const panel of layout.panels) {
      const indexes = compareMs > 0 ? [...panel.series, ...panel.series.map((i) => i + series.length)] : panel.series
      const extremes = this.#extremes(indexes, begin, end)
      const axis = axes.get(panel.unit) ?? {}
      const scale = scaleFor(axis, extremes)
      const kept = keep?.get(panel.unit)
      const isKept = kept !== undefined && kept.log === scale.log && axis.range === undefined
      const isEmpty = extremes.min > extremes.max
      this.scales.set(panel.unit, isKept ? (isEmpty ? kept : union(kept, scale)) : scale)
    }
  }

  #extremes(indexes: readonly number[], begin: number, end: number): Extremes {
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    let leastPositive = Number.POSITIVE_INFINITY
    for (const i of indexes) {
      const columns = this.#columns[i] as Columns
      for (let c = begin; c < end; c++) {
        const low = columns.min[c] as number
        const high = columns.max[c] as number
        if (low < min) min = low
        if (high > max) max = high
        const positive = low > 0 ? low : high
        if (positive > 0 && positive < leastPositive) leastPositive = positive
      }
    }
    return { min, max, leastPositive }
  }

  *#draw(context: DrawContext, { layout, ratio, series, compareMs }: Scene): Generator<void> {
    for (const panel of layout.panels) {
      const scale = this.scales.get(panel.unit) as ValueScale
      if (compareMs > 0) {
        for (const i of panel.series) {
          const columns = this.#columns[i + series.length] as Columns
          drawSeries(context, columns, { panel, scale, ratio, colour: series[i]?.colour ?? "", faint: true })
          yield
        }
      }
      for (const i of panel.series) {
        const columns = this.#columns[i] as Columns
        drawSeries(context, columns, { panel, scale, ratio, colour: series[i]?.colour ?? "", faint: false })
        yield
      }
    }
  }
}
