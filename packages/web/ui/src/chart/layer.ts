/** One of the canvases that lie over each other in a chart. */
export class Layer {
  readonly canvas = document.createElement("canvas")
  readonly context: CanvasRenderingContext2D

  /** It is put into `host`, above what is there. */
  constructor(host: HTMLElement) {
    this.canvas.setAttribute("aria-hidden", "true")
    const context = this.canvas.getContext("2d")
    if (!context) throw new Error("this browser has no canvas")
    this.context = context
    host.append(this.canvas)
  }

  /** Place and size in CSS pixels; `ratio` is device pixels a CSS pixel. Empties it. */
  resize(left: number, width: number, height: number, ratio: number): void {
    const { canvas } = this
    canvas.style.left = `${left}px`
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }

  /** Its context, empty and scaled to CSS pixels. */
  cleared(ratio: number): CanvasRenderingContext2D {
    const { canvas, context } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context
  }

  remove(): void {
    this.canvas.remove()
  }
}
