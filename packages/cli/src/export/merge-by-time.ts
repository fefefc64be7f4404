import type { Columns } from "@metricq/protocol"
import type { PointSeries } from "./series.js"

/** A time, and the value that each of several metrics has then; undefined where one has no point. */
export interface MergedRow {
  readonly timeNs: bigint
  readonly values: (number | undefined)[]
}

/**
 * The points of several metrics side by side, in the order of their times.
 *
 * Keeps one piece of columns of each metric. A time that a metric has twice gives two rows. `values` is used again for the next row.
 */
export async function* mergeByTime(series: readonly PointSeries[]): AsyncGenerator<MergedRow> {
  const cursors = series.map(({ columns }) => new Cursor(columns))
  const values = new Array<number | undefined>(series.length)
  try {
    for (const cursor of cursors) if (!cursor.hasPoint) await cursor.fetch()
    for (;;) {
      const timeNs = earliest(cursors)
      if (timeNs === undefined) return
      for (const [index, cursor] of cursors.entries()) {
        values[index] = cursor.timeNs === timeNs ? cursor.take() : undefined
      }
      yield { timeNs, values }
      for (const cursor of cursors) if (!cursor.hasPoint) await cursor.fetch()
    }
  } finally {
    for (const cursor of cursors) await cursor.close()
  }
}

function earliest(cursors: readonly Cursor[]): bigint | undefined {
  let timeNs: bigint | undefined
  for (const cursor of cursors) {
    if (cursor.timeNs !== undefined && (timeNs === undefined || cursor.timeNs < timeNs)) timeNs = cursor.timeNs
  }
  return timeNs
}

class Cursor {
  /** Time of the next point; undefined at the end. */
  timeNs: bigint | undefined
  readonly #pieces: AsyncIterator<Columns> | Iterator<Columns>
  #piece: Columns | undefined
  #at = 0
  #ended = false

  constructor(columns: AsyncIterable<Columns> | Iterable<Columns>) {
    this.#pieces = Symbol.asyncIterator in columns ? columns[Symbol.asyncIterator]() : columns[Symbol.iterator]()
  }

  /** Whether there is nothing to fetch now. */
  get hasPoint(): boolean {
    return this.#ended || this.timeNs !== undefined
  }

  take(): number {
    const value = this.#piece!.values[this.#at]!
    this.#at += 1
    this.timeNs = this.#piece!.times[this.#at]
    return value
  }

  async fetch(): Promise<void> {
    while (!this.hasPoint) {
      const next = await this.#pieces.next()
      this.#ended = next.done === true
      if (next.done) return
      this.#piece = next.value
      this.#at = 0
      this.timeNs = next.value.times[0]
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}
