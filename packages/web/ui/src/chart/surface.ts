import { Layer } from "./layer.js"
import type { Layout } from "./layout.js"

/** Device pixels a CSS pixel that are drawn at most: more cannot be seen, and cost. */
const MOST_RATIO = 3

/** The canvases of a chart one over the other: grid, data, and what follows the pointer. */
export class Surface {
  readonly grid: Layer
  readonly plot: Layer
  readonly over: Layer

  constructor(host: HTMLElement) {
    this.grid = new Layer(host)
    this.plot = new Layer(host)
    this.over = new Layer(host)
  }

  /** Device pixels a CSS pixel. */
  get ratio(): number {
    return Math.min(MOST_RATIO, window.devicePixelRatio || 1)
  }

  /** Fill a host of this size; empties all. The data lies in the plot only. */
  resize({ left, plotWidth, bottom }: Layout, width: number, height: number): void {
    const { ratio } = this
    this.grid.resize(0, width, height, ratio)
    this.over.resize(0, width, height, ratio)
    this.plot.resize(left, plotWidth, Math.min(bottom, height), ratio)
  }

  /** Grid and data on a background, with a context that is scaled to CSS pixels; undefined where there is no canvas. */
  copy({ left }: Layout, background: string): CanvasRenderingContext2D | undefined {
    const canvas = document.createElement("canvas")
    canvas.width = this.grid.canvas.width
    canvas.height = this.grid.canvas.height
    const context = canvas.getContext("2d")
    if (!context) return undefined
    context.fillStyle = background
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(this.grid.canvas, 0, 0)
    context.drawImage(this.plot.canvas, Math.round(left * this.ratio), 0)
    context.scale(this.ratio, this.ratio)
    return context
  }

  remove(): void {
    for (const layer of [this.grid, this.plot, this.over]) layer.remove()
  }
}
