import type { Piece } from "../lib/cover.js"
import type { Layer } from "./layer.js"
import { Picture, type Scene } from "./picture.js"
import type { Span } from "./span.js"
import type { ValueScale } from "./value-range.js"

/** Time that painting may take of one frame, ms. */
const PAINT_MS = 4
/** A picture is stretched by up to this while a gesture lasts, before a sharper one is painted. */
const GESTURE_STRETCH = 1.35
/** Windows beside the visible one that a picture covers: on each side, at rest and while the scale changes. */
const MARGIN = 1
const ZOOM_MARGIN = 0.3

/** The window at the moment of a frame. */
export interface Window {
  view: Span
  /** Width in device pixels. */
  pixels: number
  /** Whether a hand is on the chart. */
  busy: boolean
}

/**
 * The data of a chart as two pictures: the one in front is moved and stretched to the window in each frame, the one behind is
 * painted in slices of a few milliseconds, and comes to the front when it is finished.
 */
export class PlotPainter {
  #front = new Picture()
  #back = new Picture()
  #painting: Generator<void> | undefined
  #ready = false
  #dirty = true

  /** What the picture in front shows is out of date. */
  invalidate(): void {
    this.#dirty = true
  }

  /** The size has changed: nothing can be shown until a new picture is finished. */
  reset(): void {
    this.#ready = false
    this.#painting = undefined
    this.#dirty = true
  }

  /** Whether there is something to show. */
  get ready(): boolean {
    return this.#ready
  }

  /** Whether a further frame is needed. */
  get working(): boolean {
    return this.#painting !== undefined || this.#dirty
  }

  /** Scales of the picture in front, by unit; empty without one. */
  get scales(): ReadonlyMap<string, ValueScale> {
    return this.#ready ? this.#front.scales : new Map()
  }

  /** What the picture in front was drawn from; the compared period with `earlier`. */
  piecesOf(name: string, earlier = false): readonly Piece[] {
    return (earlier ? this.#front.earlier : this.#front.pieces).get(name) ?? []
  }

  /** Go on with the picture behind, for a slice of time. Tells whether one came to the front. */
  paint(window: Window, scene: () => Omit<Scene, "margin" | "keep">): boolean {
    if (!this.#painting && (this.#dirty || this.#outgrown(window))) {
      this.#dirty = false
      const zooming = window.busy && Math.abs(this.#stretch(window) - 1) > 0.02
      const keep = window.busy && this.#ready ? this.#front.scales : undefined
      this.#painting = this.#back.paint({ ...scene(), margin: zooming ? ZOOM_MARGIN : MARGIN, keep })
    }
    if (!this.#painting) return false
    const end = performance.now() + PAINT_MS
    do {
      if (this.#painting.next().done) {
        this.#painting = undefined
        ;[this.#front, this.#back] = [this.#back, this.#front]
        this.#ready = true
        return true
      }
    } while (performance.now() < end)
    return false
  }

  /** How much larger than in the picture in front a millisecond is in the window. */
  #stretch({ view, pixels }: Window): number {
    return pixels / (view.to - view.from) / this.#front.perMs
  }

  /** Whether the window has moved near the rim of the picture, or its scale is another. */
  #outgrown(window: Window): boolean {
    const { span } = this.#front
    const { from, to } = window.view
    const scale = this.#stretch(window)
    const tolerance = window.busy ? GESTURE_STRETCH : 1.02
    if (scale > tolerance || scale < 1 / tolerance) return true
    const near = (to - from) * 0.1
    return from - near < span.from || to + near > span.to
  }

  /** Put the picture in front into the window. The layer has the size of the plot. */
  blit({ canvas, context }: Layer, window: Window): void {
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (!this.#ready) return
    const { span, canvas: picture } = this.#front
    const stretch = this.#stretch(window)
    const { view, pixels } = window
    const x = ((span.from - view.from) * pixels) / (view.to - view.from)
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
}
