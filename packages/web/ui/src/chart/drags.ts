import { type Layout, type Panel, partAt } from "./layout.js"
import { type MarkName, timeAt } from "./marks.js"
import type { Span } from "./span.js"

/** What is about to be zoomed into: a stretch of time, or of the values of a panel, as parts of its height. */
export type Marking = { times: Span } | { panel: Panel; low: number; high: number }

/** What a drag acts upon. */
export interface DragTarget {
  view(): Span
  layout(): Layout
  /** Show this span at once; called for each step of a gesture. */
  show(span: Span): void
  /** Mark what is to be zoomed into, or nothing. */
  select(marking: Marking | undefined): void
  /** Show what lies between two parts of a panel's height. */
  zoomValues(panel: Panel, low: number, high: number): void
  moveMark(name: MarkName, time: number): void
}

/** In CSS pixels from the left and top of the chart. */
export interface Point {
  x: number
  y: number
}

/** One pointer held down, from its first movement to its end. */
export interface Drag {
  move(now: Point, before: Point): void
  end(now: Point): void
}

/** Pixels that make a drag of a click. */
export const DRAG = 4

/** Marks a stretch of time and zooms into it. */
export class SelectTimes implements Drag {
  readonly #target: DragTarget
  readonly #start: Point

  constructor(target: DragTarget, start: Point) {
    this.#target = target
    this.#start = start
  }

  move(now: Point): void {
    const isClick = Math.abs(now.x - this.#start.x) < DRAG
    this.#target.select(isClick ? undefined : { times: this.#span(now) })
  }

  end(now: Point): void {
    this.#target.select(undefined)
    if (Math.abs(now.x - this.#start.x) >= DRAG) this.#target.show(this.#span(now))
  }

  #span(now: Point): Span {
    const [layout, view] = [this.#target.layout(), this.#target.view()]
    const at = (x: number) => timeAt(layout, view, x)
    return { from: at(Math.min(now.x, this.#start.x)), to: at(Math.max(now.x, this.#start.x)) }
  }
}

/** Marks a range of a panel's values and zooms into it. */
export class SelectValues implements Drag {
  readonly #target: DragTarget
  readonly #panel: Panel
  readonly #start: Point

  constructor(target: DragTarget, panel: Panel, start: Point) {
    this.#target = target
    this.#panel = panel
    this.#start = start
  }

  move(now: Point): void {
    const isClick = Math.abs(now.y - this.#start.y) < DRAG
    this.#target.select(isClick ? undefined : { panel: this.#panel, ...this.#parts(now) })
  }

  end(now: Point): void {
    this.#target.select(undefined)
    const { low, high } = this.#parts(now)
    if (Math.abs(now.y - this.#start.y) >= DRAG && high > low) this.#target.zoomValues(this.#panel, low, high)
  }

  #parts(now: Point) {
    const [a, b] = [partAt(this.#panel, this.#start.y), partAt(this.#panel, now.y)]
    return { low: Math.min(a, b), high: Math.max(a, b) }
  }
}

/** Moves the window along with the pointer. */
export class Pan implements Drag {
  readonly #target: DragTarget
  /** Pixels of the last step. */
  velocity = 0

  constructor(target: DragTarget) {
    this.#target = target
  }

  move(now: Point, before: Point): void {
    this.velocity = before.x - now.x
    shift(this.#target, this.velocity)
  }

  end(): void {}
}

/** With shift: sideways it moves the window, up and down it marks a range of values. The first pixels decide. */
export class PanOrValues implements Drag {
  readonly #target: DragTarget
  readonly #panel: Panel
  readonly #start: Point
  #chosen: Drag | undefined

  constructor(target: DragTarget, panel: Panel, start: Point) {
    this.#target = target
    this.#panel = panel
    this.#start = start
  }

  move(now: Point, before: Point): void {
    this.#chosen ??= this.#choose(now)
    this.#chosen?.move(now, before)
  }

  end(now: Point): void {
    this.#chosen?.end(now)
  }

  #choose(now: Point): Drag | undefined {
    const [dx, dy] = [Math.abs(now.x - this.#start.x), Math.abs(now.y - this.#start.y)]
    if (Math.max(dx, dy) < DRAG) return undefined
    return dx >= dy ? new Pan(this.#target) : new SelectValues(this.#target, this.#panel, this.#start)
  }
}

/** Moves a mark along with the pointer. */
export class MoveMark implements Drag {
  readonly #target: DragTarget
  readonly #name: MarkName

  constructor(target: DragTarget, name: MarkName) {
    this.#target = target
    this.#name = name
  }

  move(now: Point): void {
    this.#target.moveMark(this.#name, timeAt(this.#target.layout(), this.#target.view(), now.x))
  }

  end(): void {}
}

/** Move the window by pixels; positive is later. */
export function shift(target: DragTarget, pixels: number): void {
  const { from, to } = target.view()
  const ms = (pixels / target.layout().plotWidth) * (to - from)
  target.show({ from: from + ms, to: to + ms })
}
