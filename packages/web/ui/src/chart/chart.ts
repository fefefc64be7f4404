import { cover, type Piece } from "../lib/cover.js"
import { levelFor } from "../lib/levels.js"
import { drawAxes, type Palette, type Wording } from "./axes.js"
import { type Reading, readAt } from "./columns.js"
import { drawCursor } from "./cursor.js"
import { Gestures } from "./gestures.js"
import { type ChartSeries, type Layout, layOut } from "./layout.js"
import type { LivePoints } from "./live-points.js"
import { Picture, type Scene, type Span } from "./picture.js"
import type { TileStore } from "./tile-store.js"

/** Time that painting may take of one frame, ms. */
const PAINT_MS = 4
/** A picture is stretched by up to this while a gesture lasts, before a sharper one is painted. */
const GESTURE_STRETCH = 1.35
/** Windows beside the visible one that a picture covers: on each side, at rest and while the scale changes. */
const MARGIN = 1
const ZOOM_MARGIN = 0.3
/** A gesture has come to rest after this. */
const REST_MS = 250
const SHORTEST_MS = 1
const LONGEST_MS = 50 * 366 * 86_400_000
const LATEST_MS = 4e12

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

interface Layer {
  canvas: HTMLCanvasElement
  context: CanvasRenderingContext2D
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
  #front = new Picture()
  #back = new Picture()
  #painting: Generator<void> | undefined
  #ready = false
  #dirty = true
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
    this.#grid = makeLayer(host)
    this.#plot = makeLayer(host)
    this.#cursor = makeLayer(host)
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
    for (const { canvas } of [this.#grid, this.#plot, this.#cursor]) canvas.remove()
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
    this.#dirty = true
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
    const { from, to } = this.#view
    const middle = (from + to) / 2
    this.#move({ from: middle - ((to - from) * factor) / 2, to: middle + ((to - from) * factor) / 2 }, true)
  }

  /** Move by a part of the window; positive is later. */
  pan(part: number): void {
    const { from, to } = this.#view
    this.#move({ from: from + (to - from) * part, to: to + (to - from) * part }, true)
  }

  /** Give up what the hand is about to mark. Tells whether there was something. */
  cancel(): boolean {
    const marking = this.#selection !== undefined
    this.#gestures.cancel()
    return marking
  }

  /** New data is at hand: tiles or live points. */
  refresh(): void {
    this.#dirty = true
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
    this.#dirty = true
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
    size(this.#grid.canvas, 0, width, height, ratio)
    size(this.#cursor.canvas, 0, width, height, ratio)
    size(this.#plot.canvas, left, plotWidth, Math.min(bottom, height), ratio)
    this.#ready = false
    this.#painting = undefined
    this.#dirty = true
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
    this.#paint()
    this.#blit()
    if (this.#gridDirty) this.#drawGrid()
    this.#drawCursor()
    if (this.#painting || this.#dirty) this.#schedule()
  }

  /** Go on with the picture behind, for a slice of time; a finished one comes to the front. */
  #paint(): void {
    if (!this.#painting && (this.#dirty || this.#outgrown())) {
      this.#dirty = false
      this.#painting = this.#back.paint(this.#scene())
    }
    if (!this.#painting) return
    const end = performance.now() + PAINT_MS
    do {
      if (this.#painting.next().done) {
        this.#painting = undefined
        ;[this.#front, this.#back] = [this.#back, this.#front]
        this.#ready = true
        this.#gridDirty = true
        this.#cursorDirty = true
        return
      }
    } while (performance.now() < end)
  }

  /** Whether the window has moved near the rim of the picture, or its scale is another. */
  #outgrown(): boolean {
    const { span, perMs } = this.#front
    const { from, to } = this.#view
    const scale = (this.#layout.plotWidth * this.#ratio) / (to - from) / perMs
    const tolerance = this.busy ? GESTURE_STRETCH : 1.02
    if (scale > tolerance || scale < 1 / tolerance) return true
    const near = (to - from) * 0.1
    return from - near < span.from || to + near > span.to
  }

  #scene(): Scene {
    const scale = (this.#layout.plotWidth * this.#ratio) / (this.#view.to - this.#view.from) / this.#front.perMs
    const zooming = this.busy && Math.abs(scale - 1) > 0.02
    return {
      margin: zooming ? ZOOM_MARGIN : MARGIN,
      view: this.#view,
      layout: this.#layout,
      ratio: this.#ratio,
      series: this.#series,
      piecesOf: (series, span) => this.#piecesOf(series, span),
      compareMs: this.#compareMs,
      keep: this.busy && this.#ready ? this.#front.ranges : undefined,
    }
  }

  #piecesOf({ name }: ChartSeries, span: Span): Piece[] {
    const pieces = cover((level, index) => this.#data.tiles.find(name, level, index), this.level, span.from, span.to)
    return withLive(pieces, span, this.#data.live.get(name))
  }

  #blit(): void {
    const { canvas, context } = this.#plot
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (!this.#ready) return
    const { span, perMs, canvas: picture } = this.#front
    const now = (this.#layout.plotWidth * this.#ratio) / (this.#view.to - this.#view.from)
    const stretch = now / perMs
    const x = (span.from - this.#view.from) * now
    if (Math.abs(stretch - 1) < 1e-9) {
      context.drawImage(picture, Math.round(x), 0)
      return
    }
    // Only what is seen is stretched, without smoothing: the sharp picture follows in a moment.
    const begin = Math.max(0, -x)
    const end = Math.min(canvas.width - x, picture.width * stretch)
    const left = begin / stretch
    const width = end / stretch - left
    context.imageSmoothingEnabled = false
    if (width > 0)
      context.drawImage(picture, left, 0, width, picture.height, x + begin, 0, width * stretch, picture.height)
  }

  #drawGrid(): void {
    this.#gridDirty = false
    this.#cursorDirty = true
    const context = cleared(this.#grid, this.#ratio)
    const ranges = this.#ready ? this.#front.ranges : new Map()
    drawAxes(context, this.#layout, this.#view, ranges, this.#palette as Palette, this.#wording as Wording)
  }

  #drawCursor(): void {
    if (!this.#cursorDirty) return
    this.#cursorDirty = false
    const context = cleared(this.#cursor, this.#ratio)
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
    const readings = this.#series.map(({ name, maxGapMs }) =>
      readAt(this.#front.pieces.get(name) ?? [], time, maxGapMs),
    )
    const scene = { view: this.#view, time, ...pointer, series: this.#series, readings }
    drawCursor(context, this.#layout, scene, this.#palette as Palette, this.#wording as Wording)
    this.#events.onCursor(time, readings)
  }
}

/** Live points go on where the tiles' knowledge ends. */
function withLive(pieces: Piece[], span: Span, points: LivePoints | undefined): Piece[] {
  const tile = points?.tile()
  if (!tile) return pieces
  const last = pieces.at(-1)
  const known = last ? Math.min(last.to, knownUntil(last)) : span.from
  const newest = tile.t0 + (tile.offsets.at(-1) ?? 0)
  if (newest <= known) return pieces
  const before = pieces.map((piece) => (piece === last ? { ...piece, to: Math.max(piece.from, known) } : piece))
  return [...before, { from: known, to: span.to, tile }]
}

/** Up to when the data of a head tile is whole: its last raw point, or the moment at which its open row was read. */
function knownUntil({ tile, from, to }: Piece): number {
  const last = tile.offsets.at(-1)
  if (last === undefined) return Math.min(to, Math.max(from, tile.receivedAt))
  const time = tile.t0 + last
  return tile.raw ? time : Math.min(time + tile.rowMs, tile.receivedAt)
}

function bounded({ from, to }: Span): Span {
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, to - from))
  const middle = Math.max(length / 2, Math.min(LATEST_MS, (from + to) / 2))
  return { from: middle - length / 2, to: middle + length / 2 }
}

function makeLayer(host: HTMLElement): Layer {
  const canvas = document.createElement("canvas")
  canvas.setAttribute("aria-hidden", "true")
  host.append(canvas)
  const context = canvas.getContext("2d")
  if (!context) throw new Error("this browser has no canvas")
  return { canvas, context }
}

function size(canvas: HTMLCanvasElement, left: number, width: number, height: number, ratio: number): void {
  canvas.style.left = `${left}px`
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
}

function cleared({ canvas, context }: Layer, ratio: number): CanvasRenderingContext2D {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}
