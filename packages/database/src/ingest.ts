import { type Columns, FailureLog, type Logger } from "@metricq/client"
import type { MetricBook } from "./metrics/metric-book.js"
import type { Registrar } from "./metrics/registrar.js"
import type { WorkMeter } from "./self-metrics/work-meter.js"

/** Where points go. */
export interface PointStore {
  /** Resolves when they are on disk; the columns are copied before this returns. What one sync makes safe should get one promise. */
  append(metric: string, columns: Columns): Promise<void>
}

/** Points since the start. */
export interface IngestStats {
  /** On disk. */
  stored: number
  /** Of metrics that the configuration does not store. */
  ignored: number
  /** With infinite values; they are not stored. */
  infinite: number
  /** With times more than a day ahead; they are stored. */
  future: number
}

/** A clock that is so far ahead is wrong. */
const FUTURE_NS = 86_400_000_000_000n
const BYTES_PER_POINT = 16

/** Chunks in a row that the store makes safe with one sync. */
interface Batch {
  readonly safe: Promise<void>
  /** Resolves when that has, and everything is counted. */
  done: Promise<void>
  chunks: number
  points: number
}

/** Takes points from the network to the store. */
export class Ingest {
  readonly stats: IngestStats = { stored: 0, ignored: 0, infinite: 0, future: 0 }
  readonly #store: PointStore
  readonly #book: MetricBook
  readonly #registrar: Registrar
  readonly #meter: WorkMeter
  readonly #infinite: FailureLog
  readonly #future: FailureLog
  #futureFromNs = 0n
  #trouble: string | undefined
  /** The one that has come last, as long as it is not safe. */
  #batch: Batch | undefined

  constructor(parts: { store: PointStore; book: MetricBook; registrar: Registrar; meter: WorkMeter; logger: Logger }) {
    this.#store = parts.store
    this.#book = parts.book
    this.#registrar = parts.registrar
    this.#meter = parts.meter
    this.#infinite = new FailureLog(parts.logger)
    this.#future = new FailureLog(parts.logger)
  }

  /** Why the last chunk could not be stored, if it could not. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /**
   * Store the points of a chunk; resolves when they are on disk, at once if its metric is not stored. The columns are free when this returns.
   * All chunks of one sync get the same promise.
   *
   * @throws what the store rejects with
   */
  take(input: string, columns: Columns): void | Promise<void> {
    const { times } = columns
    const metric = this.#book.find(input)
    if (metric === undefined) {
      this.stats.ignored += times.length
      return
    }
    if (metric.observe(times)) this.#registrar.add(metric)
    this.#lookAt(metric.name, columns)
    return this.#append(metric.name, columns)
  }

  #append(name: string, columns: Columns): Promise<void> {
    const points = columns.times.length
    this.#meter.arrive()
    const safe = this.#store.append(name, columns)
    let batch = this.#batch
    if (batch?.safe === safe) {
      batch.chunks += 1
      batch.points += points
    } else {
      batch = this.#begin(safe, points)
      this.#batch = batch
    }
    return batch.done
  }

  #begin(safe: Promise<void>, points: number): Batch {
    const batch: Batch = { safe, done: safe, chunks: 1, points }
    const close = () => {
      if (this.#batch === batch) this.#batch = undefined
      this.#meter.start(batch.chunks)
    }
    batch.done = safe.then(
      () => {
        close()
        this.#meter.end(batch.points * BYTES_PER_POINT, batch.chunks)
        this.stats.stored += batch.points
        this.#trouble = undefined
      },
      (error: unknown) => {
        close()
        this.#meter.fail(batch.chunks)
        this.#trouble = error instanceof Error ? error.message : String(error)
        throw error
      },
    )
    return batch
  }

  /** Count what is odd about points. */
  #lookAt(name: string, { times, values }: Columns): void {
    let infinite = 0
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (value - value !== 0 && !Number.isNaN(value)) infinite++
    }
    if (infinite > 0) {
      this.stats.infinite += infinite
      if (this.#book.plan.config.logging.inf_values)
        this.#infinite.add(name, `${infinite} infinite values are not stored`)
    }
    if (times.length > 0 && times[times.length - 1]! > this.#futureFromNs) this.#lookAhead(name, times)
  }

  #lookAhead(name: string, times: BigInt64Array): void {
    this.#futureFromNs = BigInt(Date.now()) * 1_000_000n + FUTURE_NS
    let future = 0
    for (const time of times) if (time > this.#futureFromNs) future++
    if (future === 0) return
    this.stats.future += future
    this.#future.add(name, `${future} points are more than a day ahead: a clock is wrong`)
  }
}
