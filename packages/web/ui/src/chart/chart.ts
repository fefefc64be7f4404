import { cover, type Piece } from "../lib/cover.js"
import { levelFor } from "../lib/levels.js"
import { drawAxes, type Palette, type Wording } from "./axes.js"
import { type Reading, readAt } from "./columns.js"
import { drawCursor } from "./cursor.js"
import { Gestures } from "./gestures.js"
import { Layer } from "./layer.js"
import { type ChartSeries, type Layout, layOut } from "./layout.js"
import { withLive } from "./live-pieces.js"
import type { LivePoints } from "./live-points.js"
import { PlotPainter, type Window } from "./plot-painter.js"
import { bounded, panned, type Span, zoomed } from "./span.js"
import type { TileStore } from "./tile-store.js"

/** A gesture has come to rest after this. */
const REST_MS = 250

/** What a chart tells its owner. */
export interface ChartEvents {
  /** The view changed by hand; called for each step. */
  onMove(view: Span): void
  /** The view has come to rest, after a gesture or {@link Chart.show}. `byHand` tells which. */
  onRest(view: Span, byHand: boolean): void
  /** What is under the cursor now: the time, and readings in the order of the series; undefined when it has left. */
  onCursor(time: number | undefined, readings: readonly (Reading | undefined)[]): void
  onBack(): void
}

/** Where a chart's data comes from. */
export interface ChartData {
  tiles: TileStore
  /** Newest points of metrics that are followed live. */
  live: ReadonlyMap<string, LivePoints>
  /** Head tiles older than this are read again, ms. */
  headMs(): number
}

/**
 * The chart: grid, data and cursor as canvases one over the other. Data is painted into pictures three windows wide, in
 * slices of a few milliseconds; a frame of a gesture only moves and stretches the last finished one.
 */
export class Chart {
  readonly #host: HTMLElement
  readonly #data: ChartData
  readonly #events: ChartEvents
  readonly #grid: Layer
  readonly #plot: Layer
  readonly #cursor: Layer
  readonly #gestures: Gestures
  readonly #resize: ResizeObserver
  #series: readonly ChartSeries[] = []
  #layout: Layout = layOut(300, 150, [])
  #view: Span = { from: 0, to: 1 }
  #palette: Palette | undefined
  #wording: Wording | undefined
  #compareMs = 0
  readonly #painter = new PlotPainter()
  #gridDirty = true
  #cursorDirty = false
  #pointer: { x: number; y: number } | undefined
  #selection: Span | undefined
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #resting = true
  #byHand = false
  #wishedAt = 0

  /** The chart fills `host`, which it gives three canvases and listens to. */
  constructor(host: HTMLElement, data: ChartData, events: ChartEvents) {
    this.#host = host
    this.#data = data
    this.#events = events
    this.#grid = new Layer(host)
    this.#plot = new Layer(host)
    this.#cursor = new Layer(host)
    this.#gestures = new Gestures(host, {
      view: () => this.#view,
      plot: () => ({ left: this.#layout.left, width: this.#layout.plotWidth, bottom: this.#layout.bottom }),
      show: (span) => this.#move(span, true),
      select: (selection) => this.#select(selection),
      hover: (position) => this.#hover(position),
      back: () => events.onBack(),
    })
    this.#resize = new ResizeObserver(() => this.#measure())
    this.#resize.observe(host)
    this.#measure()
  }

  close(): void {
    this.#gestures.close()
    this.#resize.disconnect()
    clearTimeout(this.#rest)
    cancelAnimationFrame(this.#frame)
    for (const layer of [this.#grid, this.#plot, this.#cursor]) layer.remove()
  }

  get view(): Span {
    return this.#view
  }

  /** Whether a hand is on the chart. */
  get busy(): boolean {
    return this.#gestures.active || !this.#resting
  }

  /** Replace the series; hidden ones are not among them. `compareMs` is how far back the compared period lies, 0 for none. */
  setSeries(series: readonly ChartSeries[], compareMs: number): void {
    this.#series = series
    this.#compareMs = compareMs
    this.#layOut()
    this.#wish()
  }

  /** Colours and the way of times; draws everything anew. */
  setLook(palette: Palette, wording: Wording): void {
    this.#palette = palette
    this.#wording = wording
    this.#painter.invalidate()
    this.#gridDirty = true
    this.#schedule()
  }

  /** Show a span of time; it is cut to what a chart can show. */
  show(span: Span): void {
    this.#move(span, false)
  }

  /** Move on with the clock: like {@link show}, but nothing comes to rest by it. */
  follow(span: Span): void {
    this.#view = bounded(span)
    this.#gridDirty = true
    this.#schedule()
  }

  /** Zoom around the middle: below 1 comes closer. */
  zoom(factor: number): void {
    this.#move(zoomed(this.#view, factor), true)
  }

  /** Move by a part of the window; positive is later. */
  pan(part: number): void {
    this.#move(panned(this.#view, part), true)
  }

  /** Give up what the hand is about to mark. Tells whether there was something. */
  cancel(): boolean {
    const marking = this.#selection !== undefined
    this.#gestures.cancel()
    return marking
  }

  /** New data is at hand: tiles or live points. */
  refresh(): void {
    this.#painter.invalidate()
    this.#schedule()
  }

  /** Ask for the tiles of the window, head tiles included when they are old. */
  wish(): void {
    this.#wish()
  }

  /** Level of the tiles that are drawn now. */
  get level(): number {
    return levelFor((this.#view.to - this.#view.from) / this.#layout.plotWidth)
  }

  /** The chart as it is seen, on the background of its panel. */
  snapshot(): HTMLCanvasElement {
    const { canvas } = this.#grid
    const copy = document.createElement("canvas")
    copy.width = canvas.width
    copy.height = canvas.height
    const context = copy.getContext("2d")
    if (!context) return copy
    context.fillStyle = this.#palette?.panel ?? "#fff"
    context.fillRect(0, 0, copy.width, copy.height)
    context.drawImage(canvas, 0, 0)
    context.drawImage(this.#plot.canvas, Math.round(this.#layout.left * this.#ratio), 0)
    return copy
  }

  get #ratio(): number {
    return Math.min(3, window.devicePixelRatio || 1)
  }

  #move(span: Span, byHand: boolean): void {
    this.#view = bounded(span)
    this.#gridDirty = true
    this.#byHand = byHand
    this.#resting = false
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#settle(), byHand ? REST_MS : 0)
    if (byHand) this.#events.onMove(this.#view)
    if (performance.now() - this.#wishedAt > 80) this.#wish()
    this.#schedule()
  }

  #settle(): void {
    if (this.#gestures.active && this.#byHand) {
      this.#rest = setTimeout(() => this.#settle(), REST_MS)
      return
    }
    this.#resting = true
    this.#painter.invalidate()
    this.#wish()
    this.#schedule()
    this.#events.onRest(this.#view, this.#byHand)
  }

  #wish(): void {
    this.#wishedAt = performance.now()
    const level = this.level
    const span = this.#view
    const wishes = this.#series.map(({ name }) => ({ metric: name, level, span }))
    if (this.#compareMs > 0) {
      const earlier = { from: span.from - this.#compareMs, to: span.to - this.#compareMs }
      wishes.push(...this.#series.map(({ name }) => ({ metric: name, level, span: earlier })))
    }
    this.#data.tiles.want(wishes, Date.now(), this.#data.headMs())
  }

  #select(selection: Span | undefined): void {
    this.#selection = selection
    this.#cursorDirty = true
    this.#schedule()
  }

  #hover(pointer: { x: number; y: number } | undefined): void {
    this.#pointer = pointer
    this.#cursorDirty = true
    this.#schedule()
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.#host
    if (clientWidth === 0 || clientHeight === 0) return
    this.#layOut()
    if (this.#series.length > 0) this.#wish()
  }

  #layOut(): void {
    const { clientWidth: width, clientHeight: height } = this.#host
    this.#layout = layOut(Math.max(100, width), Math.max(80, height), this.#series)
    const ratio = this.#ratio
    const { left, plotWidth, bottom } = this.#layout
    this.#grid.resize(0, width, height, ratio)
    this.#cursor.resize(0, width, height, ratio)
    this.#plot.resize(left, plotWidth, Math.min(bottom, height), ratio)
    this.#painter.reset()
    this.#gridDirty = true
    this.#cursorDirty = true
    this.#schedule()
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frame = 0
    if (!this.#palette || !this.#wording) return
    const window = this.#window
    if (this.#painter.paint(window, () => this.#scene())) {
      this.#gridDirty = true
      this.#cursorDirty = true
    }
    this.#painter.blit(this.#plot.canvas, this.#plot.context, window)
    if (this.#gridDirty) this.#drawGrid()
    this.#drawCursor()
    if (this.#painter.working) this.#schedule()
  }

  get #window(): Window {
    return { view: this.#view, pixels: this.#layout.plotWidth * this.#ratio, busy: this.busy }
  }

  #scene() {
    return {
      view: this.#view,
      layout: this.#layout,
      ratio: this.#ratio,
      series: this.#series,
      piecesOf: (series: ChartSeries, span: Span) => this.#piecesOf(series, span),
      compareMs: this.#compareMs,
    }
  }

  #piecesOf({ name }: ChartSeries, span: Span): Piece[] {
    const pieces = cover((level, index) => this.#data.tiles.find(name, level, index), this.level, span.from, span.to)
    return withLive(pieces, span, this.#data.live.get(name))
  }

  #drawGrid(): void {
    this.#gridDirty = false
    this.#cursorDirty = true
    const context = this.#grid.cleared(this.#ratio)
    drawAxes(
      context,
      this.#layout,
      this.#view,
      this.#painter.ranges,
      this.#palette as Palette,
      this.#wording as Wording,
    )
  }

  #drawCursor(): void {
    if (!this.#cursorDirty) return
    this.#cursorDirty = false
    const context = this.#cursor.cleared(this.#ratio)
    const { left, plotWidth, bottom } = this.#layout
    const x = (ms: number) => left + ((ms - this.#view.from) / (this.#view.to - this.#view.from)) * plotWidth
    if (this.#selection) {
      context.fillStyle = this.#palette?.accent ?? ""
      context.globalAlpha = 0.15
      const begin = x(this.#selection.from)
      context.fillRect(begin, 0, x(this.#selection.to) - begin, bottom)
      context.globalAlpha = 1
    }
    const pointer = this.#pointer
    if (!pointer || pointer.x < left || pointer.x > left + plotWidth || pointer.y > bottom) {
      this.#events.onCursor(undefined, [])
      return
    }
    const time = this.#view.from + ((pointer.x - left) / plotWidth) * (this.#view.to - this.#view.from)
    const readings = this.#series.map(({ name, maxGapMs }) => readAt(this.#painter.piecesOf(name), time, maxGapMs))
    const scene = { view: this.#view, time, ...pointer, series: this.#series, readings }
    drawCursor(context, this.#layout, scene, this.#palette as Palette, this.#wording as Wording)
    this.#events.onCursor(time, readings)
  }
}
