import type { Piece } from "../lib/cover.js"
import { Columns } from "./columns.js"
import type { ChartSeries, Layout, Panel } from "./layout.js"
import type { Span } from "./span.js"
import { rangeFor, union, type ValueRange } from "./value-range.js"

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
  /** Ranges that must stay inside, by unit: those of the picture in front while a gesture lasts. */
  keep: ReadonlyMap<string, ValueRange> | undefined
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
  ranges = new Map<string, ValueRange>()
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

  /** The range of each panel follows what is inside the window. */
  #scale({ layout, series, compareMs, keep }: Scene, begin: number, end: number): void {
    this.ranges = new Map()
    for (const panel of layout.panels) {
      let min = Number.POSITIVE_INFINITY
      let max = Number.NEGATIVE_INFINITY
      const indexes = compareMs > 0 ? [...panel.series, ...panel.series.map((i) => i + series.length)] : panel.series
      for (const i of indexes) {
        const columns = this.#columns[i] as Columns
        for (let c = begin; c < end; c++) {
          if ((columns.min[c] as number) < min) min = columns.min[c] as number
          if ((columns.max[c] as number) > max) max = columns.max[c] as number
        }
      }
      const kept = keep?.get(panel.unit)
      const range = rangeFor(min, max)
      this.ranges.set(panel.unit, kept ? (min <= max ? union(kept, range) : kept) : range)
    }
  }

  *#draw(context: CanvasRenderingContext2D, { layout, ratio, series, compareMs }: Scene): Generator<void> {
    for (const panel of layout.panels) {
      const range = this.ranges.get(panel.unit) as ValueRange
      if (compareMs > 0) {
        for (const i of panel.series) {
          const columns = this.#columns[i + series.length] as Columns
          drawSeries(context, columns, { panel, range, ratio, colour: series[i]?.colour ?? "", faint: true })
          yield
        }
      }
      for (const i of panel.series) {
        const columns = this.#columns[i] as Columns
        drawSeries(context, columns, { panel, range, ratio, colour: series[i]?.colour ?? "", faint: false })
        yield
      }
    }
  }
}

interface Style {
  panel: Panel
  range: ValueRange
  ratio: number
  colour: string
  /** The compared period: a thin pale line without a band. */
  faint: boolean
}

/** Columns as rectangles on whole device pixels: crisp, and several times as fast as paths. */
function drawSeries(context: CanvasRenderingContext2D, columns: Columns, style: Style): void {
  const { panel, range, ratio } = style
  const top = Math.round(panel.top * ratio)
  const height = Math.round(panel.height * ratio)
  const perValue = height / (range.high - range.low)
  const y = (value: number) =>
    Math.max(top - 2, Math.min(top + height + 2, top + height - (value - range.low) * perValue))
  context.fillStyle = style.colour
  if (!style.faint) {
    context.globalAlpha = 0.2
    drawBand(context, columns, y)
  }
  context.globalAlpha = style.faint ? 0.45 : 1
  drawMean(context, columns, y, style.faint ? ratio : 1.5 * ratio)
  if (!style.faint) drawDots(context, columns, y, ratio)
  context.globalAlpha = 1
}

function drawBand(context: CanvasRenderingContext2D, { width, min, max }: Columns, y: (value: number) => number): void {
  let begin = 0
  let high = 0
  let low = 0
  for (let c = 0; c <= width; c++) {
    const empty = c === width || Number.isNaN(min[c] as number)
    const newHigh = empty ? 0 : Math.floor(y(max[c] as number))
    const newLow = empty ? 0 : Math.ceil(y(min[c] as number))
    if (newHigh === high && newLow === low) continue
    if (low > high) context.fillRect(begin, high, c - begin, low - high)
    begin = c
    high = newHigh
    low = newLow
  }
}

function drawMean(
  context: CanvasRenderingContext2D,
  { width, mean }: Columns,
  y: (value: number) => number,
  thick: number,
): void {
  const half = Math.floor(thick / 2)
  let begin = 0
  let level = Number.NaN
  for (let c = 0; c <= width; c++) {
    const next = c === width ? Number.NaN : Math.round(y(mean[c] as number) - half)
    if (next === level || (Number.isNaN(next) && Number.isNaN(level))) continue
    if (!Number.isNaN(level)) {
      context.fillRect(begin, level, c - begin, thick)
      if (!Number.isNaN(next)) context.fillRect(c, Math.min(level, next), thick, Math.abs(next - level) + thick)
    }
    begin = c
    level = next
  }
}

/** Raw points are marked where they stand at least six pixels from their neighbours. */
function drawDots(
  context: CanvasRenderingContext2D,
  { dots, dotValues }: Columns,
  y: (value: number) => number,
  ratio: number,
): void {
  const size = Math.round(4 * ratio)
  const apart = 6 * ratio
  dots.forEach((x, i) => {
    const before = dots[i - 1] ?? Number.NEGATIVE_INFINITY
    const after = dots[i + 1] ?? Number.POSITIVE_INFINITY
    if (x - before < apart || after - x < apart) return
    context.fillRect(Math.round(x - size / 2), Math.round(y(dotValues[i] as number) - size / 2), size, size)
  })
}
