import { DataError, type DurationLike, type JsonObject, Timedelta, type Timestamp } from "@metricq/protocol"
import { DeadlineTimer } from "./deadline-timer.js"
import { PublishFailed } from "./errors.js"
import { isPromise } from "./receiver.js"
import { Source, type SourceOptions } from "./source.js"

export interface IntervalSourceOptions extends SourceOptions {
  /** Time between two calls of `update`; can also be set later. */
  period?: DurationLike
}

/**
 * A source that calls `update` once a period.
 *
 * `update` gets the nominal time of its deadline, to send its points with, and runs up to 20 ms (or a tenth of the period)
 * later; what cannot be met in that time is skipped and counted. Calls do not overlap; the first comes at once.
 */
export abstract class IntervalSource<Config = JsonObject> extends Source<Config> {
  #period: DurationLike | undefined
  readonly #timer = new DeadlineTimer(() => this.#currentPeriodNs())
  #readPeriod: DurationLike | undefined
  #periodNs = 0n

  constructor(options: IntervalSourceOptions) {
    super(options)
    if (options.period !== undefined) this.period = options.period
    this.handle("config", () => this.#timer.wake())
  }

  /** Seconds, a text such as `"5min"`, or a `Timedelta`, above zero. Set it in `onConfig`, or before; a change counts from the last update on. */
  get period(): DurationLike | undefined {
    return this.#period
  }

  /** @throws {DataError} `period` unless it is longer than zero and finite; so `onConfig` refuses a configuration with a bad rate */
  set period(period: DurationLike) {
    periodNsOf(period)
    this.#period = period
  }

  /** Deadlines that could not be met. */
  get skippedUpdates(): number {
    return this.#timer.skipped
  }

  /**
   * Measure and send. The signal aborts when the source stops. What it throws stops the source, except for `PublishFailed`,
   * which is logged.
   */
  abstract update(time: Timestamp, signal: AbortSignal): void | Promise<void>

  /** Runs `update`; a subclass that overrides it calls `super.task(signal)` to keep that. */
  override async task(signal: AbortSignal): Promise<void> {
    await this.#timer.run((time) => this.#update(time, signal), signal)
  }

  #update(time: Timestamp, signal: AbortSignal): void | Promise<void> {
    try {
      const updated = this.update(time, signal)
      if (isPromise(updated)) return updated.catch((error: unknown) => this.#failed(error))
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof PublishFailed)) throw error
    this.logger.warn(`${this.token}: an update could not be sent`, { reason: error })
  }

  /** Reads the property, not the field: in plain JavaScript a subclass may have a `period = 1` of its own in its place. */
  #currentPeriodNs(): bigint {
    const { period } = this
    if (period === undefined) {
      throw new DataError("period", "the interval source has no period: set this.period in onConfig")
    }
    if (period !== this.#readPeriod) {
      this.#periodNs = periodNsOf(period)
      this.#readPeriod = period
    }
    return this.#periodNs
  }
}

function periodNsOf(period: DurationLike): bigint {
  let ns = 0n
  try {
    ns = Timedelta.from(period).ns
  } catch (cause) {
    throw badPeriod(period, cause)
  }
  if (ns <= 0n) throw badPeriod(period)
  return ns
}

function badPeriod(period: unknown, cause?: unknown): DataError {
  const text = `the period of an interval source must be a duration longer than zero, not ${String(period)}`
  return new DataError("period", text, { cause })
}
