/** What happened to a set of counters between two readings. */
export interface Step {
  /** Increase of each counter, ≥ 0; `undefined` where it cannot be told, because the counter started anew. */
  readonly deltas: readonly (number | undefined)[]
  /** Seconds between the readings, > 0. */
  readonly elapsedS: number
}

const RANGE_32 = 2 ** 32

/**
 * The counters of one device, read again and again.
 *
 * A reading that comes sooner than `minElapsedS` after the one it would be compared with gives no step, and the next one is
 * compared with that earlier reading: nothing is lost, only told later. Counters of 32 bits that run over are continued.
 */
export class Counter {
  readonly #minElapsedS: number
  #before: readonly number[] | undefined
  #beforeMs = 0

  constructor(minElapsedS: number) {
    this.#minElapsedS = minElapsedS
  }

  /**
   * Takes a reading made at `atMs` of a monotonic clock; `undefined` for the first, and for one that comes too soon.
   * `range` is where the counters start again at 0, if the device tells.
   */
  step(counters: readonly number[], atMs: number, range?: number): Step | undefined {
    const before = this.#before
    const elapsedS = (atMs - this.#beforeMs) / 1000
    if (before !== undefined && (elapsedS <= 0 || elapsedS < this.#minElapsedS)) return undefined
    this.#before = counters
    this.#beforeMs = atMs
    return before === undefined ? undefined : { deltas: counterDeltas(before, counters, range), elapsedS }
  }
}

/**
 * Increase of each counter from `before` to `now`; `undefined` where one of them is no number or the counter started anew.
 *
 * A counter that has become smaller has run over or was set back, by a driver that was loaded again, say. It has run over if
 * it was within the upper half of `range` (2^32 if not given; counters beyond are never taken for 32-bit ones), is now within
 * the lower half, and another counter of the device went on; one that is alone needs a `range` that the device told.
 */
export function counterDeltas(
  before: readonly number[],
  now: readonly number[],
  range?: number,
): (number | undefined)[] {
  const wentOn = range !== undefined || now.some((value, i) => value >= (before[i] ?? Number.NaN) && value > 0)
  return now.map((value, i) => counterDelta(before[i] ?? Number.NaN, value, range ?? RANGE_32, wentOn))
}

function counterDelta(before: number, now: number, range: number, mayRunOver: boolean): number | undefined {
  if (now >= before) return now - before
  const ranOver = mayRunOver && before < range && before >= range / 2 && now < range / 2
  const delta = now + range - before
  // More than half of the range in one step is less likely than a counter that was set back.
  return ranOver && delta <= range / 2 ? delta : undefined
}
