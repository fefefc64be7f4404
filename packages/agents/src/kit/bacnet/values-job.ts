import { Timestamp } from "@metricq/client"
import type { FailurePolicy } from "../fields/failure.js"
import type { Schedule } from "../fields/schedule.js"
import type { Job, Opening, PolledMetric, Round, Target } from "../polling/job.js"
import { type CovSettings, CovSubscriptions } from "./cov-subscriptions.js"
import { DeviceSession, type SessionPlan } from "./device-session.js"
import type { Introduction } from "./introduction.js"
import type { ObjectId } from "./names.js"
import { numberOf, type PropertyResult } from "./present-value.js"

/** What a job of any source of BACnet values needs to know. */
export interface ValuesPlan extends SessionPlan {
  readonly key: string
  readonly schedule: Schedule
  readonly onFailure: FailurePolicy
  /** Names the device. */
  readonly target: string
  readonly metrics: Readonly<Record<string, PolledMetric>>
  readonly cov: CovSettings | undefined
  /** Whether points have the time at which the round began, or that at which the value came. */
  readonly timeOf: "begin" | "arrival"
}

const LONGEST_MS = 60_000
/** Pauses after failures in a row; a device that is gone is asked for ever. */
const RETRY_MS = [5000, 10_000, 15_000, 30_000, 60_000]

/** The values of one device's objects that have the same interval. */
export abstract class ValuesJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure: FailurePolicy
  readonly retryMs: readonly number[] = RETRY_MS
  readonly targets: readonly [Target]
  protected readonly session: DeviceSession
  readonly #plan: ValuesPlan
  #cov: CovSubscriptions | undefined
  #isAnswering = false

  constructor(plan: ValuesPlan) {
    this.#plan = plan
    this.key = plan.key
    this.schedule = plan.schedule
    this.onFailure = plan.onFailure
    this.timeoutMs = Math.max(LONGEST_MS, plan.schedule.intervalMs)
    this.targets = [{ name: plan.target, metrics: plan.metrics }]
    this.session = new DeviceSession(plan)
  }

  async open(opening: Opening): Promise<void> {
    const { device, introduction } = await this.session.open(opening.signal)
    await this.prepare(opening, introduction)
    const { cov } = this.#plan
    if (cov === undefined) return
    this.#cov = new CovSubscriptions(device, cov, (object, value) => this.#notified(opening, object, value))
  }

  async poll(round: Round): Promise<void> {
    this.#isAnswering = false
    const objects = this.objects()
    await this.session.readValues(objects, round.signal, (object, result) => this.#read(round, object, result))
    this.#isAnswering = true
    await this.#cov?.renew(objects, round.signal)
  }

  async close(): Promise<void> {
    if (this.#isAnswering) this.#cov?.cancel()
    this.#cov = undefined
    await this.session.close()
  }

  /** What is left to find out before values can be read. */
  protected abstract prepare(opening: Opening, introduction: Introduction): Promise<void>

  /** Objects to be read now. */
  protected abstract objects(): readonly ObjectId[]

  /** Names of the metrics that have the value of an object. */
  protected abstract metricsOf(object: ObjectId): readonly string[]

  #read(round: Round, object: ObjectId, result: PropertyResult): void {
    const time = this.#plan.timeOf === "begin" ? round.begun : Timestamp.now()
    for (const metric of this.metricsOf(object)) {
      try {
        round.send(metric, numberOf(result), time)
      } catch (error) {
        round.missing(this.targets[0], metric, error)
      }
    }
  }

  #notified(opening: Opening, object: ObjectId, value: PropertyResult): void {
    for (const metric of this.metricsOf(object)) {
      try {
        opening.send(metric, numberOf(value), Timestamp.now())
      } catch {
        // No number; the next round tells.
      }
    }
  }
}
