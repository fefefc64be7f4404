import type { AxisSetting } from "../lib/axis-setting.js"
import { drawAxes, type Palette, type Wording } from "./axes.js"
import { type ChartState, chartAsCanvas, drawChart } from "./chart-copy.js"
import { type ChartData, piecesAtHand, wishTiles } from "./chart-data.js"
import type { ChartEvents } from "./chart-events.js"
import { readAt } from "./columns.js"
import type { Marking } from "./drags.js"
import { Gestures } from "./gestures.js"
import { type ChartSeries, type Layout, layOut } from "./layout.js"
import { type Marks, markNear, tidyInstant } from "./marks.js"
import { MovingView } from "./moving-view.js"
import { type CursorReadings, Overlay } from "./overlay.js"
import { PlotPainter, type Window } from "./plot-painter.js"
import { panned, type Span, zoomed } from "./span.js"
import { Surface } from "./surface.js"
import type { SvgContext } from "./svg-context.js"
import { ValueAxes } from "./value-axes.js"
import type { ValueRange } from "./value-range.js"

/** Tiles are wished for at most this often while the view moves. */
const WISH_MS = 80

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
  readonly #moving: MovingView
  #palette: Palette | undefined
  #wording: Wording | undefined
  readonly #axes: ValueAxes
  #compareMs = 0
  readonly #painter = new PlotPainter()
  #gridDirty = true
  #frame = 0
  #wishedAt = 0

  /** The chart fills `host`, which it gives three canvases and listens to. */
  constructor(host: HTMLElement, data: ChartData, events: ChartEvents) {
    this.#host = host
    this.#data = data
    this.#events = events
    this.#surface = new Surface(host)
    this.#axes = new ValueAxes((axes) => events.onAxes(axes))
    this.#moving = new MovingView({
      isHeld: () => this.#gestures.active,
      onMove: (byHand) => this.#moved(byHand),
      onRest: (byHand) => this.#rested(byHand),
    })
    this.#gestures = new Gestures(host, {
      view: () => this.view,
      layout: () => this.#layout,
      show: (span) => this.#moving.move(span, true),
      select: (marking) => this.#mark(marking),
      zoomValues: ({ unit }, low, high) => this.#zoomValues(unit, low, high),
      stretchValues: ({ unit }, at, factor) => this.#zoomValues(unit, at - at * factor, at + (1 - at) * factor),
      resetValues: ({ unit }) => {
        this.#axes.reset(unit)
        this.refresh()
      },
      moveMark: (name, time) => events.onMark(name, this.#tidy(time)),
      markNear: (x, reach) => markNear(this.#layout, this.view, this.#overlay.marks, x, reach),
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
    this.#moving.close()
    this.#axes.close()
    cancelAnimationFrame(this.#frame)
    this.#surface.remove()
  }

  get view(): Span {
    return this.#moving.span
  }

  /** Whether a hand is on the chart. */
  get busy(): boolean {
    return this.#gestures.active || !this.#moving.isResting
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
    this.#axes.set(axes)
    this.refresh()
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
    this.#moving.move(span, false)
  }

  /** Show a span that a hand has chosen elsewhere. */
  moveTo(span: Span): void {
    this.#moving.move(span, true)
  }

  /** Move on with the clock: like {@link show}, but nothing comes to rest by it. */
  follow(span: Span): void {
    this.#moving.follow(span)
    this.#gridDirty = true
    this.#schedule()
  }

  /** Zoom around the middle: below 1 comes closer. */
  zoom(factor: number): void {
    this.#moving.move(zoomed(this.view, factor), true)
  }

  /** Move by a part of the window; positive is later. */
  pan(part: number): void {
    this.#moving.move(panned(this.view, part), true)
  }

  /** Where a mark is put: under the cursor, else at a part of the window. */
  markTime(part: number): number {
    const { from, to } = this.view
    return this.#tidy(this.#overlay.timeOf(this.#layout, this.view) ?? from + (to - from) * part)
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
    return (this.view.to - this.view.from) / this.#layout.plotWidth
  }

  /** Range that the values of a unit have now; undefined before anything was drawn. */
  scaleOf(unit: string): ValueRange | undefined {
    return this.#painter.scales.get(unit)
  }

  /** The chart as it is seen, on the background of its panel; undefined before it has its colours. */
  snapshot(): HTMLCanvasElement | undefined {
    const state = this.#state()
    return state && chartAsCanvas(this.#surface, state)
  }

  /** How large it is, in CSS pixels. */
  get size(): { width: number; height: number } {
    return this.#layout
  }

  /** Draw the chart as lines and areas. */
  drawOn(context: SvgContext): void {
    const state = this.#state()
    if (state) drawChart(context, state)
  }

  #tidy(time: number): number {
    return tidyInstant(time, this.msPerPixel)
  }

  #moved(byHand: boolean): void {
    this.#gridDirty = true
    if (byHand) this.#events.onMove(this.view)
    if (performance.now() - this.#wishedAt > WISH_MS) this.#wish()
    this.#schedule()
  }

  #rested(byHand: boolean): void {
    this.refresh()
    this.#wish()
    this.#events.onRest(this.view, byHand)
  }

  #wish(): void {
    this.#wishedAt = performance.now()
    wishTiles(this.#data, this.#series, this.view, this.msPerPixel, this.#compareMs)
  }

  #mark(marking: Marking | undefined): void {
    this.#overlay.setMarking(marking)
    this.#schedule()
  }

  #point(position: { x: number; y: number } | undefined): void {
    this.#overlay.setPointer(position)
    this.#schedule()
  }

  #zoomValues(unit: string, low: number, high: number): void {
    if (this.#axes.zoom(unit, this.#painter.scales.get(unit), low, high)) this.refresh()
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
    return { view: this.view, pixels: this.#layout.plotWidth * this.#surface.ratio, busy: this.busy }
  }

  #scene() {
    return {
      view: this.view,
      layout: this.#layout,
      ratio: this.#surface.ratio,
      series: this.#series,
      piecesOf: (series: ChartSeries, span: Span) => piecesAtHand(this.#data, series, span, this.msPerPixel),
      compareMs: this.#compareMs,
      axes: this.#axes.all,
    }
  }

  #state(): ChartState | undefined {
    const [palette, wording] = [this.#palette, this.#wording]
    return palette && wording && { scene: this.#scene(), overlay: this.#overlay, palette, wording }
  }

  #drawGrid(palette: Palette, wording: Wording): void {
    this.#gridDirty = false
    this.#overlay.dirty = true
    const context = this.#surface.grid.cleared(this.#surface.ratio)
    drawAxes(context, this.#layout, this.view, this.#painter.scales, palette, wording)
  }

  #drawOver(palette: Palette, wording: Wording): void {
    const context = this.#surface.over.cleared(this.#surface.ratio)
    const cursor = this.#readings()
    this.#overlay.draw(context, {
      layout: this.#layout,
      view: this.view,
      series: this.#series,
      cursor,
      palette,
      wording,
    })
    this.#events.onCursor(cursor)
  }

  #readings(): CursorReadings | undefined {
    const time = this.#overlay.timeOf(this.#layout, this.view)
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
