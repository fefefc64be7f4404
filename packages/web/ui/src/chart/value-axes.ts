import { type AxisSetting, isShowable } from "../lib/axis-setting.js"
import { rangeBetween, type ValueScale } from "./value-range.js"

/** Value axes have come to rest after this. */
const REST_MS = 250

/** How the value axes of a chart find their ranges, and what hands do with them. */
export class ValueAxes {
  readonly #onRest: (axes: ReadonlyMap<string, AxisSetting>) => void
  #axes: ReadonlyMap<string, AxisSetting> = new Map()
  #resting: ReturnType<typeof setTimeout> | undefined

  /** `onRest` is called when hands have left the axes alone for a moment. */
  constructor(onRest: (axes: ReadonlyMap<string, AxisSetting>) => void) {
    this.#onRest = onRest
  }

  /** By unit. */
  get all(): ReadonlyMap<string, AxisSetting> {
    return this.#axes
  }

  set(axes: ReadonlyMap<string, AxisSetting>): void {
    this.#axes = axes
  }

  /** Show what lies between two parts of a panel's height; they may be outside of it. Tells whether that can be shown. */
  zoom(unit: string, scale: ValueScale | undefined, low: number, high: number): boolean {
    if (!scale) return false
    const range = rangeBetween(scale, low, high)
    if (!isShowable(range, scale.log)) return false
    this.#change(unit, (axis) => ({ range, log: axis.log }))
    return true
  }

  /** Follow the data again. */
  reset(unit: string): void {
    this.#change(unit, (axis) => ({ log: axis.log }))
  }

  close(): void {
    clearTimeout(this.#resting)
  }

  #change(unit: string, change: (axis: AxisSetting) => AxisSetting): void {
    this.#axes = new Map(this.#axes).set(unit, change(this.#axes.get(unit) ?? {}))
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#onRest(this.#axes), REST_MS)
  }
}
