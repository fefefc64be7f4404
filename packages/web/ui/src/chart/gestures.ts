import {
  DRAG,
  type Drag,
  type DragTarget,
  MoveMark,
  Pan,
  PanOrValues,
  type Point,
  SelectTimes,
  SelectValues,
  shift,
} from "./drags.js"
import { type Panel, partAt, regionAt } from "./layout.js"
import { type MarkName, timeAt } from "./marks.js"

/** What the hand does to a chart. */
export interface GestureTarget extends DragTarget {
  /** Where the pointer is, in the element; undefined when it has left. */
  hover(position: Point | undefined): void
  /** A double click or double tap. */
  back(): void
  /** Make a panel's range `factor` times as long around a part of its height. */
  stretchValues(panel: Panel, at: number, factor: number): void
  /** Let a panel's range follow the data again. */
  resetValues(panel: Panel): void
  /** The mark within so many pixels of a position. */
  markNear(x: number, reach: number): MarkName | undefined
}

const FRICTION = 0.95
/** Pixels around a mark in which it is taken hold of. */
const MOUSE_REACH = 5
const TOUCH_REACH = 18

/**
 * Mouse, touch, pen and wheel on one element. Drag zooms; with shift, ctrl, the middle button, or on the time axis it moves; with shift up and
 * down, or on a value axis, it zooms into values; on a mark it moves that. The wheel zooms at the pointer and moves sideways. One finger moves
 * and goes on for a while, two stretch. A double click goes back, on a value axis it resets that.
 */
export class Gestures {
  readonly #element: HTMLElement
  readonly #target: GestureTarget
  readonly #pointers = new Map<number, Point>()
  readonly #listeners = new AbortController()
  #drag: Drag | undefined
  #pinching = false
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
    on("pointercancel", (event) => this.#lose(event))
    on("pointerleave", () => this.#target.hover(undefined))
    on("wheel", (event) => this.#wheel(event))
    on("dblclick", (event) => this.#double(this.#position(event)))
  }

  close(): void {
    this.#listeners.abort()
    this.#velocity = 0
  }

  /** Whether a gesture is under way. */
  get active(): boolean {
    return this.#drag !== undefined || this.#pinching || this.#velocity !== 0
  }

  /** Give up what the hand is about to do. */
  cancel(): void {
    this.#drag = undefined
    this.#pinching = false
    this.#velocity = 0
    this.#target.select(undefined)
  }

  #position(event: MouseEvent): Point {
    const box = this.#element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button > 1) return
    const position = this.#position(event)
    this.#velocity = 0
    this.#pointers.set(event.pointerId, position)
    this.#element.setPointerCapture(event.pointerId)
    if (event.button === 1) event.preventDefault()
    this.#start = position.x
    this.#pinching = this.#pointers.size === 2
    this.#drag = this.#pinching ? undefined : this.#dragFor(event, position)
    if (this.#pinching) this.#target.select(undefined)
  }

  #dragFor(event: PointerEvent, position: Point): Drag {
    const target = this.#target
    const isTouch = event.pointerType === "touch"
    const region = regionAt(target.layout(), position)
    const mark = target.markNear(position.x, isTouch ? TOUCH_REACH : MOUSE_REACH)
    if (mark && region.kind === "plot" && event.button === 0) return new MoveMark(target, mark)
    if (isTouch || event.ctrlKey || event.button === 1 || region.kind === "times") return new Pan(target)
    if (region.kind === "values") return new SelectValues(target, region.panel, position)
    return event.shiftKey && region.panel
      ? new PanOrValues(target, region.panel, position)
      : new SelectTimes(target, position)
  }

  #move(event: PointerEvent): void {
    const position = this.#position(event)
    const before = this.#pointers.get(event.pointerId)
    if (before) {
      if (this.#pinching) this.#pinch(event.pointerId, position)
      else this.#drag?.move(position, before)
      this.#movedAt = event.timeStamp
      this.#pointers.set(event.pointerId, position)
    } else this.#element.style.cursor = this.#cursorAt(position)
    this.#target.hover(position)
  }

  #cursorAt(position: Point): string {
    const { kind } = regionAt(this.#target.layout(), position)
    if (kind === "values") return "ns-resize"
    if (kind === "times") return "ew-resize"
    return this.#target.markNear(position.x, MOUSE_REACH) ? "col-resize" : "crosshair"
  }

  #up(event: PointerEvent): void {
    const position = this.#pointers.get(event.pointerId)
    if (!position) return
    const drag = this.#drag
    this.#lose(event)
    drag?.end(position)
    if (event.pointerType !== "touch") return
    if (Math.abs(position.x - this.#start) < DRAG) this.#tap(position, event.timeStamp)
    else if (drag instanceof Pan && event.timeStamp - this.#movedAt < 50) this.#glide(drag.velocity)
  }

  /** A pointer has gone; a finger that stays after a pinch moves the window. */
  #lose({ pointerId, pointerType }: PointerEvent): void {
    if (!this.#pointers.delete(pointerId)) return
    this.#pinching = false
    this.#drag = this.#pointers.size === 1 && pointerType === "touch" ? new Pan(this.#target) : undefined
    if (!this.#drag) this.#target.select(undefined)
  }

  #tap(position: Point, time: number): void {
    if (time - this.#tappedAt < 350) this.#double(position)
    this.#tappedAt = time
  }

  #double(position: Point): void {
    const region = regionAt(this.#target.layout(), position)
    if (region.kind === "values") this.#target.resetValues(region.panel)
    else this.#target.back()
  }

  /** A flick of the finger goes on and dies away. */
  #glide(velocity: number): void {
    this.#velocity = velocity
    const step = () => {
      if (Math.abs(this.#velocity) < 0.5) {
        this.#velocity = 0
        return
      }
      shift(this.#target, this.#velocity)
      this.#velocity *= FRICTION
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }

  /** The times under both fingers stay under them. */
  #pinch(id: number, position: Point): void {
    const other = [...this.#pointers].find(([key]) => key !== id)?.[1]
    const before = this.#pointers.get(id)
    if (!other || !before) return
    const [layout, view] = [this.#target.layout(), this.#target.view()]
    const fixed = timeAt(layout, view, other.x)
    const perPixel = (timeAt(layout, view, before.x) - fixed) / (position.x - other.x)
    if (!(perPixel > 0) || Math.abs(position.x - other.x) < 10) return
    const from = fixed - (other.x - layout.left) * perPixel
    this.#target.show({ from, to: from + layout.plotWidth * perPixel })
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1
    const position = this.#position(event)
    const region = regionAt(this.#target.layout(), position)
    const strength = event.ctrlKey ? 0.01 : 0.002
    const factor = Math.exp(Math.max(-0.7, Math.min(0.7, event.deltaY * unit * strength)))
    if (region.kind === "values") {
      this.#target.stretchValues(region.panel, partAt(region.panel, position.y), factor)
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      shift(this.#target, (event.deltaX || event.deltaY) * unit)
    } else this.#zoom(position.x, factor)
  }

  #zoom(x: number, factor: number): void {
    const view = this.#target.view()
    const at = timeAt(this.#target.layout(), view, x)
    this.#target.show({ from: at - (at - view.from) * factor, to: at + (view.to - at) * factor })
  }
}
