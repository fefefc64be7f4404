import type { Marks } from "../chart/marks.js"
import { type AxisSetting, writeAxis } from "../lib/axis-setting.js"
import { freeSlot, slotOf } from "../lib/colours.js"
import { isRelative, parseTime, tidy } from "../lib/time-text.js"
import { type Chosen, MOST_METRICS, readAddress, type ViewAddress, writeAddress } from "../lib/view-address.js"
import { type Zone, zoneOf } from "../lib/zone.js"
import { go, place } from "../router.svelte.js"
import { lastView } from "./last.svelte.js"

/** A metric that is shown. */
export interface Shown {
  name: string
  factor: number
  hidden: boolean
  /** Colour slot, from 0. */
  slot: number
}

interface Span {
  from: number
  to: number
}

const LENGTHS: [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
]

/** What is shown of a past that is not longer, in milliseconds. */
const SHORT: [mostMs: number, length: string][] = [
  [50_000, "1m"],
  [4 * 60_000, "5m"],
  [12 * 60_000, "15m"],
]

/** What Explore shows, and its address: each change is written there, and what the back button brings is read from there. */
export class View {
  from = $state("now-1h")
  to = $state("now")
  live = $state(false)
  zoneName = $state("local")
  compare = $state("")
  metrics: Shown[] = $state([])
  /** Value axes that do not follow the data, by unit. */
  axes: ReadonlyMap<string, AxisSetting> = $state.raw(new Map())
  /** What is measured between. */
  marks: Marks = $state.raw({})
  readonly zone: Zone = $derived(zoneOf(this.zoneName))
  #written = ""
  /** Nobody has said which times to show. */
  #isUsual = false
  #soon: ReturnType<typeof setTimeout> | undefined

  /** Read the address, if it is not what was written last. Tells whether there was something new. */
  read(query: string): boolean {
    if (query === this.#written && query !== "") return false
    const address = readAddress(query)
    this.#isUsual = !new URLSearchParams(query).has("from")
    this.from = address.from
    this.to = address.to
    this.live = address.live === true
    this.zoneName = address.zone ?? "local"
    this.compare = address.compare ?? ""
    this.metrics = shownOf(address.metrics)
    this.axes = address.axes ?? new Map()
    this.marks = address.marks ?? {}
    this.#written = query
    lastView.query = this.metrics.length > 0 ? query : ""
    this.write({ replace: true })
    return true
  }

  /** Write the address: as a step for the back button, or with `replace` in place of the last. */
  write({ replace = false } = {}): void {
    clearTimeout(this.#soon)
    const query = writeAddress(this.#address())
    if (query === this.#written) return
    this.#written = query
    lastView.query = this.metrics.length > 0 ? query : ""
    if (place.page === "explore") go(`explore?${query}`, { replace })
  }

  /** The span that the texts mean now; undefined if one of them means none, or they are in the wrong order. */
  span(now: number): Span | undefined {
    const from = parseTime(this.from, now, this.zone)
    const to = parseTime(this.to, now, this.zone)
    return from !== undefined && to !== undefined && to > from ? { from, to } : undefined
  }

  /**
   * What is known reaches so far back, in milliseconds: where nobody has said which times to show, and there is little, a shorter time is shown,
   * so that something is seen of it. Decided once; 0 decides nothing.
   */
  suit(coveredMs: number): void {
    if (!this.#isUsual || coveredMs <= 0) return
    this.#isUsual = false
    const length = SHORT.find(([mostMs]) => coveredMs < mostMs)?.[1]
    if (length === undefined) return
    this.from = `now-${length}`
    this.write({ replace: true })
  }

  /** Typed times, tidied. Relative ones that end now are followed. */
  setTimes(from: string, to: string): void {
    this.#isUsual = false
    this.from = tidy(from)
    this.to = tidy(to)
    this.live = this.to === "now"
    this.write()
  }

  /** A span that a hand has set: absolute times, not followed. */
  setSpan({ from, to }: Span): void {
    this.#isUsual = false
    const digits = to - from < 2000 ? 3 : 0
    this.from = from.toFixed(digits)
    this.to = to.toFixed(digits)
    this.live = false
    this.write()
  }

  /** Follow the clock with the length that is shown, or stop where it is. */
  setLive(live: boolean, shown: Span): void {
    this.#isUsual = false
    this.live = live
    if (live && !(isRelative(this.from) && this.to === "now")) {
      this.from = `now-${lengthOf(shown)}`
      this.to = "now"
    } else if (!live) {
      this.from = shown.from.toFixed(0)
      this.to = shown.to.toFixed(0)
    }
    this.write()
  }

  /** Let a value axis find its range so; one without anything follows the data. */
  setAxis(unit: string, axis: AxisSetting): void {
    this.setAxes(new Map(this.axes).set(unit, axis))
  }

  setAxes(axes: ReadonlyMap<string, AxisSetting>): void {
    this.axes = new Map([...axes].filter(([, axis]) => writeAxis(axis) !== ""))
    this.write()
  }

  /** Set marks where they are given, and take away those that are undefined. The address follows in a moment, without a step for the back button. */
  setMarks(some: { a?: number | undefined; b?: number | undefined }): void {
    const { a, b } = { ...this.marks, ...some }
    this.marks = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.write({ replace: true }), 200)
  }

  get hasMarks(): boolean {
    return this.marks.a !== undefined || this.marks.b !== undefined
  }

  has(name: string): boolean {
    return this.metrics.some((metric) => metric.name === name)
  }

  /** Add metrics that are not there yet, up to the bound of a view. */
  add(...names: string[]): void {
    for (const name of names) {
      if (this.has(name) || this.metrics.length >= MOST_METRICS) continue
      const taken = this.metrics.map(({ slot }) => slot)
      this.metrics.push({ name, factor: 1, hidden: false, slot: freeSlot(name, taken) })
    }
    this.write()
  }

  remove(name: string): void {
    this.metrics = this.metrics.filter((metric) => metric.name !== name)
    this.write()
  }

  change(name: string, some: Partial<Shown>): void {
    const metric = this.metrics.find((metric) => metric.name === name)
    if (metric) Object.assign(metric, some)
    this.write()
  }

  #address(): ViewAddress {
    return {
      from: this.from,
      to: this.to,
      live: this.live,
      zone: this.zoneName === "local" ? undefined : this.zoneName,
      compare: this.compare || undefined,
      axes: new Map(this.axes),
      marks: this.marks,
      metrics: this.metrics.map(chosenOf),
    }
  }
}

function shownOf(metrics: readonly Chosen[]): Shown[] {
  const taken: number[] = metrics.flatMap(({ slot }) => (slot === undefined ? [] : [slot]))
  return metrics.map(({ name, factor = 1, hidden = false, slot }) => {
    const chosen = slot ?? freeSlot(name, taken)
    taken.push(chosen)
    return { name, factor, hidden, slot: chosen }
  })
}

function chosenOf({ name, factor, hidden, slot }: Shown): Chosen {
  return { name, factor, hidden, slot: slot === slotOf(name) ? undefined : slot }
}

function lengthOf({ from, to }: Span): string {
  const ms = to - from
  for (const [size, unit] of LENGTHS) {
    const count = Math.round(ms / size)
    if (count > 0 && Math.abs(count * size - ms) < ms * 1e-3) return `${count}${unit}`
  }
  return ms < 1000 ? `${Math.max(1, Math.round(ms))}ms` : `${Math.round(ms / 1000)}s`
}
