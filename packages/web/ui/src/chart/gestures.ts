import type { Span } from "./span.js"

/** What the hand does to a chart. Positions are CSS pixels from the left of the plot. */
export interface GestureTarget {
  view(): Span
  /** Width of the plot in CSS pixels, and its begin in the element. */
  plot(): { left: number; width: number; bottom: number }
  /** Show this span at once; called for each step of a gesture. */
  show(span: Span): void
  /** Mark a stretch to be zoomed into, or none. */
  select(range: { from: number; to: number } | undefined): void
  /** Where the pointer is, in the element; undefined when it has left. */
  hover(position: { x: number; y: number } | undefined): void
  /** A double click or double tap. */
  back(): void
}

/** Pixels that make a drag of a click. */
const DRAG = 4
const FRICTION = 0.95

interface Pointer {
  x: number
  y: number
}

/**
 * Mouse, touch, pen and wheel on one element: drag zooms, drag with shift, middle button or on the time axis moves, the wheel zooms at the
 * pointer and moves sideways, one finger moves and goes on for a while, two fingers stretch, a double click goes back.
 */
export class Gestures {
  readonly #element: HTMLElement
  readonly #target: GestureTarget
  readonly #pointers = new Map<number, Pointer>()
  readonly #listeners = new AbortController()
  #mode: "none" | "select" | "pan" | "pinch" = "none"
  #start = 0
  #velocity = 0
  #movedAt = 0
  #tappedAt = 0

  constructor(element: HTMLElement, target: GestureTarget) {
    this.#element = element
    this.#target = target
    const signal = this.#listeners.signal
    const on = <K extends keyof HTMLElementEventMap>(type: K, handle: (event: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(type, handle, { signal, passive: false })
    on("pointerdown", (event) => this.#down(event))
    on("pointermove", (event) => this.#move(event))
    on("pointerup", (event) => this.#up(event))
    on("pointercancel", (event) => this.#up(event))
    on("pointerleave", () => this.#target.hover(undefined))
    on("wheel", (event) => this.#wheel(event))
    on("dblclick", () => this.#target.back())
  }

  close(): void {
    this.#listeners.abort()
    this.#velocity = 0
  }

  /** Whether a gesture is under way. */
  get active(): boolean {
    return this.#mode !== "none" || this.#velocity !== 0
  }

  /** Give up marking a stretch. */
  cancel(): void {
    this.#mode = "none"
    this.#velocity = 0
    this.#target.select(undefined)
  }

  #position(event: MouseEvent): Pointer {
    const box = this.#element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button > 1) return
    const { bottom } = this.#target.plot()
    const position = this.#position(event)
    this.#velocity = 0
    this.#pointers.set(event.pointerId, position)
    this.#element.setPointerCapture(event.pointerId)
    if (event.button === 1) event.preventDefault()
    if (this.#pointers.size === 2) this.#mode = "pinch"
    else if (event.pointerType === "touch") this.#mode = "pan"
    else if (event.shiftKey || event.button === 1 || position.y > bottom) this.#mode = "pan"
    else this.#mode = "select"
    this.#start = position.x
    if (this.#mode === "pinch") this.#target.select(undefined)
  }

  #move(event: PointerEvent): void {
    const position = this.#position(event)
    const before = this.#pointers.get(event.pointerId)
    if (!before) {
      this.#target.hover(position)
      return
    }
    if (this.#mode === "pinch") this.#pinch(event.pointerId, position)
    else if (this.#mode === "pan") this.#pan(before, position, event.timeStamp)
    else if (this.#mode === "select") this.#mark(position)
    this.#pointers.set(event.pointerId, position)
    this.#target.hover(position)
  }

  #up(event: PointerEvent): void {
    const position = this.#pointers.get(event.pointerId)
    if (!this.#pointers.delete(event.pointerId) || !position) return
    const mode = this.#mode
    this.#mode = this.#pointers.size === 1 && event.pointerType === "touch" ? "pan" : "none"
    if (mode === "select") this.#zoomTo(position.x)
    if (event.pointerType !== "touch") return
    if (Math.abs(position.x - this.#start) < DRAG) this.#tap(event.timeStamp)
    else if (mode === "pan" && event.timeStamp - this.#movedAt < 50) this.#glide()
    else this.#velocity = 0
  }

  #tap(time: number): void {
    if (time - this.#tappedAt < 350) this.#target.back()
    this.#tappedAt = time
  }

  #mark(position: Pointer): void {
    if (Math.abs(position.x - this.#start) < DRAG) this.#target.select(undefined)
    else this.#target.select(this.#stretch(position.x))
  }

  #stretch(x: number): Span {
    return { from: this.#timeAt(Math.min(x, this.#start)), to: this.#timeAt(Math.max(x, this.#start)) }
  }

  #zoomTo(x: number): void {
    this.#target.select(undefined)
    if (Math.abs(x - this.#start) >= DRAG) this.#target.show(this.#stretch(x))
  }

  #timeAt(x: number): number {
    const { left, width } = this.#target.plot()
    const { from, to } = this.#target.view()
    return from + (Math.max(0, Math.min(width, x - left)) / width) * (to - from)
  }

  #pan(before: Pointer, now: Pointer, time: number): void {
    this.#shift(before.x - now.x)
    this.#velocity = before.x - now.x
    this.#movedAt = time
  }

  #shift(pixels: number): void {
    const { from, to } = this.#target.view()
    const ms = (pixels / this.#target.plot().width) * (to - from)
    this.#target.show({ from: from + ms, to: to + ms })
  }

  /** A flick of the finger goes on and dies away. */
  #glide(): void {
    const step = () => {
      if (Math.abs(this.#velocity) < 0.5) {
        this.#velocity = 0
        return
      }
      this.#shift(this.#velocity)
      this.#velocity *= FRICTION
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }

  /** The times under both fingers stay under them. */
  #pinch(id: number, position: Pointer): void {
    const other = [...this.#pointers].find(([key]) => key !== id)?.[1]
    const before = this.#pointers.get(id)
    if (!other || !before) return
    const fixed = this.#timeAt(other.x)
    const moved = this.#timeAt(before.x)
    const { left, width } = this.#target.plot()
    const perPixel = (moved - fixed) / (position.x - other.x)
    if (!(perPixel > 0) || Math.abs(position.x - other.x) < 10) return
    const from = fixed - (other.x - left) * perPixel
    this.#target.show({ from, to: from + width * perPixel })
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.#shift((event.deltaX || event.deltaY) * unit)
      return
    }
    const strength = event.ctrlKey ? 0.01 : 0.002
    const factor = Math.exp(Math.max(-0.7, Math.min(0.7, event.deltaY * unit * strength)))
    const at = this.#timeAt(this.#position(event).x)
    const { from, to } = this.#target.view()
    this.#target.show({ from: at - (at - from) * factor, to: at + (to - at) * factor })
  }
}
