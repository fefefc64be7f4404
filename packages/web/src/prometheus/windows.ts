import type { Stretch } from "./stretch.js"
import { Total } from "./total.js"

/**
 * Aggregates of any windows of a stretch, each in logarithmic time: sums of pieces are kept in a tree, so nothing is added up by
 * subtracting, and a sum does not lose its last digits to another that is larger.
 */
export class Windows {
  readonly #stretch: Stretch
  readonly #tree: Omit<Stretch, "kind" | "from" | "to">
  readonly #leaves: number
  readonly #total = new Total()

  /** The stretch is kept, not copied. */
  constructor(stretch: Stretch) {
    this.#stretch = stretch
    const leaves = stretch.from.length
    const column = () => new Float64Array(2 * leaves)
    const tree = {
      ...{ minimum: column(), maximum: column(), sum: column(), count: column() },
      ...{ integral: column(), active: column() },
    }
    for (const name of ["minimum", "maximum", "sum", "count", "integral", "active"] as const) {
      tree[name].set(stretch[name], leaves)
    }
    for (let i = leaves - 1; i > 0; i--) {
      const [left, right] = [2 * i, 2 * i + 1]
      tree.minimum[i] = Math.min(tree.minimum[left]!, tree.minimum[right]!)
      tree.maximum[i] = Math.max(tree.maximum[left]!, tree.maximum[right]!)
      for (const sums of [tree.sum, tree.count, tree.integral, tree.active]) sums[i] = sums[left]! + sums[right]!
    }
    this.#tree = tree
    this.#leaves = leaves
  }

  /**
   * What is known of the time after `fromMs` up to and with `toMs`. A row that reaches over a border counts by the part of it that is inside.
   *
   * The result is valid until the next call.
   */
  read(fromMs: number, toMs: number): Total {
    const { from, to } = this.#stretch
    const total = this.#total
    total.reset()
    let first = firstAbove(to, fromMs)
    let end = firstAtLeast(from, toMs)
    // A first point has no time before it, so it begins where it ends: at the border.
    while (end < from.length && from[end] === to[end] && to[end] === toMs) end++
    if (end > first && to[end - 1]! > toMs) this.#addPart(--end, fromMs, toMs)
    if (end > first && from[first]! < fromMs) this.#addPart(first++, fromMs, toMs)
    this.#addWhole(first, end)
    return total
  }

  /** Pieces from `first` on and before `end`. */
  #addWhole(first: number, end: number): void {
    let left = first + this.#leaves
    let right = end + this.#leaves
    for (; left < right; left >>= 1, right >>= 1) {
      if (left & 1) this.#total.add(this.#tree, left++)
      if (right & 1) this.#total.add(this.#tree, --right)
    }
  }

  #addPart(i: number, fromMs: number, toMs: number): void {
    const begin = this.#stretch.from[i]!
    const end = this.#stretch.to[i]!
    const share = (Math.min(end, toMs) - Math.max(begin, fromMs)) / (end - begin)
    const counted = this.#stretch.kind === "rows" ? share : end <= toMs ? 1 : 0
    this.#total.add(this.#stretch, i, share, counted)
  }
}

/** Index of the first of the ascending numbers that is above. */
export function firstAbove(numbers: Float64Array, limit: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! > limit) high = middle
    else low = middle + 1
  }
  return low
}

/** Index of the first of the ascending numbers that is not below. */
export function firstAtLeast(numbers: Float64Array, limit: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! >= limit) high = middle
    else low = middle + 1
  }
  return low
}
