import {
  type HistoryAnswer,
  type HistoryContext,
  HistoryError,
  type HistoryRequest,
  type HistoryResponseParts,
  MetricqError,
} from "@metricq/client"
import { nanosecondsOf } from "../configuration/schema.js"
import type { StoragePlan } from "../configuration/storage-plan.js"
import type { WorkMeter } from "../self-metrics/work-meter.js"
import type { AnswerLimits } from "../store.js"
import { Slots } from "./slots.js"
import { TimeBudget } from "./time-budget.js"

export interface HistoryDeskParts {
  readonly meter: WorkMeter
  /** Whether there is a metric of this name in the store. */
  isStored(metric: string): boolean
  /** By what the manager knows: whether some database stores a metric. */
  isHistoric(metric: string): Promise<boolean>
  /** Makes an answer from what is stored. */
  answer(metric: string, request: HistoryRequest, limits: AnswerLimits): Promise<HistoryResponseParts>
}

/** Answers history requests, within the limits of the configuration. */
export class HistoryDesk {
  readonly #parts: HistoryDeskParts
  readonly #slots: Slots
  #plan: StoragePlan

  constructor(plan: StoragePlan, parts: HistoryDeskParts) {
    this.#plan = plan
    this.#parts = parts
    const { requests, waiting } = plan.config.limits
    this.#slots = new Slots(requests, waiting)
  }

  /** Answer by another plan from now on. */
  follow(plan: StoragePlan): void {
    this.#plan = plan
    const { requests, waiting } = plan.config.limits
    this.#slots.resize(requests, waiting)
  }

  /**
   * Answer a request; undefined where another database has to.
   *
   * @throws {HistoryError} `not-stored`, `too-large`, `timeout`, `busy`; {StorageError} of the store
   */
  async take(metric: string, request: HistoryRequest, context: HistoryContext): Promise<HistoryAnswer> {
    const { meter } = this.#parts
    if (!this.#parts.isStored(metric)) return this.#refuse(metric)
    const { limits } = this.#plan.config
    context.maxAnswerBytes = Math.min(context.maxAnswerBytes, limits.bytes)
    const budget = new TimeBudget(Number(nanosecondsOf(limits.time)) / 1e6, context.signal)
    const { signal } = budget
    meter.arrive()
    let isStarted = false
    let free: (() => void) | undefined
    try {
      free = await this.#slots.take(signal)
      signal.throwIfAborted()
      meter.start()
      isStarted = true
      const parts = await this.#answer(metric, request, signal)
      if (parts.error !== undefined && /would be too long/.test(parts.error)) {
        throw new HistoryError("too-large", parts.error, { metric })
      }
      meter.end(bytesOf(parts))
      return parts
    } catch (error) {
      if (!isStarted) meter.start()
      meter.fail()
      throw this.#explain(metric, error, budget.isOver)
    } finally {
      budget.close()
      free?.()
    }
  }

  #answer(metric: string, request: HistoryRequest, signal: AbortSignal): Promise<HistoryResponseParts> {
    const { limits, compatible } = this.#plan.config
    const { rows: maxRows, bytes: maxBytes } = limits
    return this.#parts.answer(metric, request, { compatible, maxRows, maxBytes, signal })
  }

  /**
   * A metric that is not in the store. Whoever would store it says so. One that would not gets the request because its patterns are bound as
   * wider ones, and says so only if no other database will.
   */
  async #refuse(metric: string): Promise<undefined> {
    if (this.#plan.rule(metric) === undefined && (await this.#parts.isHistoric(metric))) return undefined
    throw new HistoryError("not-stored", notStored(metric), { metric })
  }

  #explain(metric: string, error: unknown, isOutOfTime: boolean): unknown {
    const { limits } = this.#plan.config
    if (isOutOfTime) {
      const text = `the answer took longer than ${limits.time} (limits.time): ask for a shorter time, or for longer intervals`
      return new HistoryError("timeout", text, { metric, cause: error })
    }
    if (error instanceof MetricqError && error.code === "busy") {
      return new HistoryError("busy", error.message, { metric, cause: error })
    }
    return error
  }
}

/** What clients of the original look for is in it. */
function notStored(metric: string): string {
  return `nothing is stored of ${metric} (no settings found to create metric ${metric}): look whether its name is right, whether anything is sent of it, and whether a database has a pattern for it`
}

/** About what it is on the wire. */
function bytesOf({ times, values, aggregates }: HistoryResponseParts): number {
  return 4 * (times?.length ?? 0) + 8 * (values?.length ?? 0) + 50 * (aggregates?.count.length ?? 0)
}
