import { type AxisSetting, isShowable } from "../lib/axis-setting.js"
import { cover, type Piece } from "../lib/cover.js"
import { levelFor } from "../lib/levels.js"
import { drawAxes, drawTitles, type Palette, type Wording } from "./axes.js"
import { readAt } from "./columns.js"
import type { Marking } from "./drags.js"
import { Gestures } from "./gestures.js"
import { type ChartSeries, type Layout, layOut, type Panel } from "./layout.js"
import { withLive } from "./live-pieces.js"
import type { LiveSeries } from "./live-series.js"
import { type MarkName, type Marks, markNear, tidyInstant } from "./marks.js"
import { type CursorReadings, Overlay } from "./overlay.js"
import { PlotPainter, type Window } from "./plot-painter.js"
import { bounded, panned, type Span, zoomed } from "./span.js"
import { Surface } from "./surface.js"
import type { TileStore } from "./tile-store.js"
import { rangeBetween, type ValueRange } from "./value-range.js"

/** A gesture has come to rest after this. */
const REST_MS = 250

/** What a chart tells its owner. */
export interface ChartEvents {
  /** The view changed by hand; called for each step. */
  onMove(view: Span): void
  /** The view has come to rest, after a gesture or {@link Chart.show}. `byHand` tells which. */
  onRest(view: Span, byHand: boolean): void
  /** Value axes were changed by hand, and have come to rest. */
  onAxes(axes: ReadonlyMap<string, AxisSetting>): void
  /** A mark is moved by hand; called for each step. */
  onMark(name: MarkName, time: number): void
  /** Where the cursor is now, and what the series were there; undefined when it has left. */
  onCursor(cursor: CursorReadings | undefined): void
  /** Panels lie elsewhere, or are others. */
  onLayout(layout: Layout): void
  onBack(): void
}

/** Where a chart's data comes from. */
export interface ChartData {
  tiles: TileStore
  /** Newest values of metrics that are followed live. */
  live: ReadonlyMap<string, LiveSeries>
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
  readonly #surface: Surface
  readonly #overlay = new Overlay()
  readonly #gestures: Gestures
  readonly #resize: ResizeObserver
  #series: readonly ChartSeries[] = []
  #layout: Layout = layOut(300, 150, [])
  #view: Span = { from: 0, to: 1 }
  #palette: Palette | undefined
  #wording: Wording | undefined
  #axes: ReadonlyMap<string, AxisSetting> = new Map()
  #compareMs = 0
  readonly #painter = new PlotPainter()
  #gridDirty = true
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #axesRest: ReturnType<typeof setTimeout> | undefined
  #resting = true
  #byHand = false
  #wishedAt = 0

  /** The chart fills `host`, which it gives three canvases and listens to. */
  constructor(host: HTMLElement, data: ChartData, events: ChartEvents) {
    this.#host = host
    this.#data = data
    this.#events = events
    this.#surface = new Surface(host)
    this.#gestures = new Gestures(host, {
      view: () => this.#view,
      layout: () => this.#layout,
      show: (span) => this.#move(span, true),
      select: (marking) => this.#mark(marking),
      zoomValues: (panel, low, high) => this.#zoomValues(panel, low, high),
      stretchValues: (panel, at, factor) => this.#zoomValues(panel, at - at * factor, at + (1 - at) * factor),
      resetValues: (panel) => this.#changeAxis(panel.unit, (axis) => ({ log: axis.log })),
      moveMark: (name, time) => events.onMark(name, this.#tidy(time)),
      markNear: (x, reach) => markNear(this.#layout, this.#view, this.#overlay.marks, x, reach),
      hover: (position) => this.#point(position),
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
    clearTimeout(this.#axesRest)
    cancelAnimationFrame(this.#frame)
    this.#surface.remove()
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

  /** How the value axes find their ranges, by unit. */
  setAxes(axes: ReadonlyMap<string, AxisSetting>): void {
    this.#axes = axes
    this.#painter.invalidate()
    this.#schedule()
  }

  /** What is measured between. */
  setMarks(marks: Marks): void {
    this.#overlay.setMarks(marks)
    this.#schedule()
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

  /** Where a mark is put: under the cursor, else at a part of the window. */
  markTime(part: number): number {
    const { from, to } = this.#view
    return this.#tidy(this.#overlay.timeOf(this.#layout, this.#view) ?? from + (to - from) * part)
  }

  /** Move the cursor by a part of the window, for those without a pointer; it begins in the middle. */
  stepCursor(part: number): void {
    this.#overlay.step(this.#layout, part)
    this.#schedule()
  }

  /** Give up what the hand is about to mark. Tells whether there was something. */
  cancel(): boolean {
    const isMarking = this.#overlay.isMarking
    this.#gestures.cancel()
    return isMarking
  }

  /** New data is at hand: tiles or live values. */
  refresh(): void {
    this.#painter.invalidate()
    this.#schedule()
  }

  /** Ask for the tiles of the window, head tiles included when they are old. */
  wish(): void {
    this.#wish()
  }

  /** How much time a pixel is wide. */
  get msPerPixel(): number {
    return (this.#view.to - this.#view.from) / this.#layout.plotWidth
  }

  /** Range that the values of a unit have now; undefined before anything was drawn. */
  scaleOf(unit: string): ValueRange | undefined {
    return this.#painter.scales.get(unit)
  }

  /** The chart as it is seen, on the background of its panel. */
  snapshot(): HTMLCanvasElement {
    const context = this.#surface.copy(this.#layout, this.#palette?.panel ?? "#fff")
    if (!context) throw new Error("this browser has no canvas")
    if (this.#palette) {
      drawTitles(context, this.#layout, this.#palette)
      this.#overlay.drawMarks(context, this.#layout, this.#view, this.#palette)
    }
    return context.canvas
  }

  #tidy(time: number): number {
    return tidyInstant(time, this.msPerPixel)
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
    const level = levelFor(this.msPerPixel)
    const span = this.#view
    const wishes = this.#series.map(({ name }) => ({ metric: name, level, span }))
    if (this.#compareMs > 0) {
      const earlier = { from: span.from - this.#compareMs, to: span.to - this.#compareMs }
      wishes.push(...this.#series.map(({ name }) => ({ metric: name, level, span: earlier })))
    }
    this.#data.tiles.want(wishes, Date.now(), this.#data.headMs())
  }

  #mark(marking: Marking | undefined): void {
    this.#overlay.setMarking(marking)
    this.#schedule()
  }

  #point(position: { x: number; y: number } | undefined): void {
    this.#overlay.setPointer(position)
    this.#schedule()
  }

  /** Show what lies between two parts of a panel's height; they may be outside of it. */
  #zoomValues(panel: Panel, low: number, high: number): void {
    const scale = this.#painter.scales.get(panel.unit)
    if (!scale) return
    const range = rangeBetween(scale, low, high)
    if (isShowable(range, scale.log)) this.#changeAxis(panel.unit, (axis) => ({ range, log: axis.log }))
  }

  #changeAxis(unit: string, change: (axis: AxisSetting) => AxisSetting): void {
    this.setAxes(new Map(this.#axes).set(unit, change(this.#axes.get(unit) ?? {})))
    clearTimeout(this.#axesRest)
    this.#axesRest = setTimeout(() => this.#events.onAxes(this.#axes), REST_MS)
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
    this.#surface.resize(this.#layout, width, height)
    this.#painter.reset()
    this.#gridDirty = true
    this.#events.onLayout(this.#layout)
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
    }
    this.#painter.blit(this.#surface.plot, window)
    if (this.#gridDirty) this.#drawGrid(this.#palette, this.#wording)
    if (this.#overlay.dirty) this.#drawOver(this.#palette, this.#wording)
    if (this.#painter.working) this.#schedule()
  }

  get #window(): Window {
    return { view: this.#view, pixels: this.#layout.plotWidth * this.#surface.ratio, busy: this.busy }
  }

  #scene() {
    return {
      view: this.#view,
      layout: this.#layout,
      ratio: this.#surface.ratio,
      series: this.#series,
      piecesOf: (series: ChartSeries, span: Span) => this.#piecesOf(series, span),
      compareMs: this.#compareMs,
      axes: this.#axes,
    }
  }

  #piecesOf({ name }: ChartSeries, span: Span): Piece[] {
    const pieces = cover(
      (level, index) => this.#data.tiles.find(name, level, index),
      levelFor(this.msPerPixel),
      span.from,
      span.to,
    )
    return withLive(pieces, span, this.#data.live.get(name)?.tiles() ?? [])
  }

  #drawGrid(palette: Palette, wording: Wording): void {
    this.#gridDirty = false
    this.#overlay.dirty = true
    const context = this.#surface.grid.cleared(this.#surface.ratio)
    drawAxes(context, this.#layout, this.#view, this.#painter.scales, palette, wording)
  }

  #drawOver(palette: Palette, wording: Wording): void {
    const context = this.#surface.over.cleared(this.#surface.ratio)
    const cursor = this.#readings()
    this.#overlay.draw(context, {
      layout: this.#layout,
      view: this.#view,
      series: this.#series,
      cursor,
      palette,
      wording,
    })
    this.#events.onCursor(cursor)
  }

  #readings(): CursorReadings | undefined {
    const time = this.#overlay.timeOf(this.#layout, this.#view)
    if (time === undefined) return undefined
    const read = (at: number, earlier: boolean) =>
      this.#series.map(({ name, maxGapMs }) => readAt(this.#painter.piecesOf(name, earlier), at, maxGapMs))
    return {
      time,
      now: read(time, false),
      earlier: this.#compareMs > 0 ? read(time - this.#compareMs, true) : undefined,
    }
  }
}
