import type { Columns } from "@metricq/protocol"
import { isTooLarge } from "./history-wire.js"

export interface RawStreamOptions {
  startNs: bigint
  endNs: bigint
  /** About how many points a page should have. */
  pagePoints: number
  /** Points from `fromNs` on and before `toNs`, or an error for which `isTooLarge` is true. */
  read(fromNs: bigint, toNs: bigint, signal: AbortSignal): Promise<Columns>
  /** How many points there are. It may fail. */
  count(fromNs: bigint, toNs: bigint, signal: AbortSignal): Promise<number>
}

/** A page may cover so many times as much time as the one before, or as small a part of it. */
const steepest = 8

/**
 * All points of a range, page by page, while the next page is on its way.
 *
 * The time a page covers follows the density of the points: first that of the whole range, then that of the page before. A page
 * that is too large for an answer is asked for again in parts.
 */
export async function* rawStream(
  options: RawStreamOptions,
  signal?: AbortSignal,
): AsyncGenerator<Columns, void, undefined> {
  const { startNs, endNs } = options
  if (startNs >= endNs) return
  const left = new AbortController()
  const pager = new Pager(options, signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]))
  let next: Promise<Page> | undefined = pager.read(startNs)
  try {
    while (next !== undefined) {
      const { columns, toNs }: Page = await next
      next = toNs < endNs ? pager.read(toNs) : undefined
      // It may fail while nobody waits for it.
      next?.catch(() => {})
      if (columns.times.length > 0) yield columns
    }
  } finally {
    left.abort()
  }
}

interface Page {
  columns: Columns
  toNs: bigint
}

class Pager {
  readonly #options: RawStreamOptions
  readonly #signal: AbortSignal
  /** How much time the next page covers. */
  #spanNs: bigint | undefined
  /** The time up to here was too much, and there has been no point since. */
  #refusedToNs = 0n

  constructor(options: RawStreamOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  async read(fromNs: bigint): Promise<Page> {
    const { endNs } = this.#options
    this.#spanNs ??= await this.#fittingSpan(fromNs, endNs)
    for (;;) {
      const toNs: bigint = this.#endOf(fromNs)
      const columns = await this.#try(fromNs, toNs)
      if (columns !== undefined) {
        if (columns.times.length > 0) this.#refusedToNs = 0n
        this.#spanNs = this.#nextSpan(toNs - fromNs, columns.times.length)
        return { columns, toNs }
      }
      this.#spanNs = await this.#fittingSpan(fromNs, toNs)
      this.#refusedToNs = toNs
    }
  }

  /** Less than a time that was refused, and half of what is left of it: that finds the points, be they ever so dense. */
  #endOf(fromNs: bigint): bigint {
    const { endNs } = this.#options
    const halfNs = (this.#refusedToNs - fromNs) / 2n
    const spanNs = halfNs > 0n && halfNs < this.#spanNs! ? halfNs : this.#spanNs!
    return endNs - fromNs < spanNs ? endNs : fromNs + spanNs
  }

  /** Undefined if the answer would be too large, and the time can be divided. */
  async #try(fromNs: bigint, toNs: bigint): Promise<Columns | undefined> {
    try {
      return await this.#options.read(fromNs, toNs, this.#signal)
    } catch (error) {
      if (isTooLarge(error) && toNs - fromNs > 1n) return undefined
      throw error
    }
  }

  /** The part of a range that has a page's points, by the mean density of the range; the whole range if that is not known. */
  async #fittingSpan(fromNs: bigint, toNs: bigint): Promise<bigint> {
    const points = await this.#options.count(fromNs, toNs, this.#signal).catch(() => 0)
    this.#signal.throwIfAborted()
    return points <= this.#options.pagePoints ? toNs - fromNs : scaled(toNs - fromNs, this.#options.pagePoints / points)
  }

  #nextSpan(spanNs: bigint, points: number): bigint {
    const factor = points === 0 ? steepest : this.#options.pagePoints / points
    return scaled(spanNs, Math.min(steepest, Math.max(1 / steepest, factor)))
  }
}

function scaled(spanNs: bigint, factor: number): bigint {
  const scaledNs = BigInt(Math.round(Number(spanNs) * factor))
  return scaledNs < 1n ? 1n : scaledNs
}
