import type { Stretch } from "./stretch.js"
import { firstAbove } from "./windows.js"

/** How far a value has come in a window. */
export interface Change {
  /** By how much. */
  change: number
  /** In how many ms of the window that is known. */
  coveredMs: number
}

/**
 * The course of a value: lines between places where it is known, with holes where nothing is. From it come differences over any window,
 * without guesses beyond its borders.
 */
export class Course {
  /** Lines by their begin and end in ms, in order. */
  readonly #from: Float64Array
  readonly #to: Float64Array
  /** Change and covered time up to the end of each line. */
  readonly #change: Float64Array
  readonly #covered: Float64Array

  private constructor(lines: readonly { from: number; to: number; change: number }[]) {
    this.#from = Float64Array.from(lines, ({ from }) => from)
    this.#to = Float64Array.from(lines, ({ to }) => to)
    this.#change = new Float64Array(lines.length + 1)
    this.#covered = new Float64Array(lines.length + 1)
    for (const [i, { from, to, change }] of lines.entries()) {
      this.#change[i + 1] = this.#change[i]! + change
      this.#covered[i + 1] = this.#covered[i]! + to - from
    }
  }

  /**
   * How a counter has risen. After a reset it counts from zero.
   *
   * Of a row it is the maximum that counts, as this is what the counter has reached at its end.
   */
  static ofCounter(stretch: Stretch): Course {
    const { minimum, maximum } = stretch
    return new Course(
      linesOf(stretch, endOf(stretch), (i) => {
        const before = maximum[i - 1]!
        const now = maximum[i]!
        const fellWithin = minimum[i]! < before && !(maximum[i + 1]! < now)
        return now < before || (stretch.kind === "rows" && fellWithin) ? now : now - before
      }),
    )
  }

  /** How a value has gone up and down. Of a row it is the mean, in its middle. */
  static ofGauge(stretch: Stretch): Course {
    const values = valuesOf(stretch)
    return new Course(linesOf(stretch, middleOf(stretch), (i) => values[i]! - values[i - 1]!))
  }

  /** The change after `fromMs` up to `toMs`. */
  read(fromMs: number, toMs: number): Change {
    const begin = this.#until(fromMs)
    const end = this.#until(toMs)
    return { change: end.change - begin.change, coveredMs: end.coveredMs - begin.coveredMs }
  }

  #until(ms: number): Change {
    const i = firstAbove(this.#to, ms)
    const change = this.#change[i]!
    const covered = this.#covered[i]!
    const from = this.#from[i]
    if (from === undefined || from >= ms) return { change, coveredMs: covered }
    const share = (ms - from) / (this.#to[i]! - from)
    return {
      change: change + (this.#change[i + 1]! - change) * share,
      coveredMs: covered + (this.#covered[i + 1]! - covered) * share,
    }
  }
}

/** The value of each piece: of rows the mean. */
export function valuesOf({ integral, active, sum, count }: Stretch): Float64Array {
  return integral.map((value, i) => (active[i]! > 0 ? value / active[i]! : sum[i]! / count[i]!))
}

/** Where the value of each piece is: points at their end, rows in the middle. */
export function middleOf({ kind, from, to }: Stretch): Float64Array {
  return kind === "points" ? to : from.map((begin, i) => (begin + to[i]!) / 2)
}

/** A row that has begun, but not ended yet, reaches as far as values are known. */
function endOf({ kind, from, to, active }: Stretch): Float64Array {
  if (kind === "points" || to.length === 0) return to
  const last = to.length - 1
  const ends = to.slice()
  if (active[last]! > 0) ends[last] = Math.min(to[last]!, from[last]! + active[last]!)
  return ends
}

function linesOf({ from, to }: Stretch, at: Float64Array, changeTo: (i: number) => number) {
  const lines = []
  for (let i = 1; i < to.length; i++) {
    const isConnected = from[i]! - to[i - 1]! < 1e-3
    if (isConnected && at[i]! > at[i - 1]!) lines.push({ from: at[i - 1]!, to: at[i]!, change: changeTo(i) })
  }
  return lines
}
