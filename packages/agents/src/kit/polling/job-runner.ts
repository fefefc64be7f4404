import { setTimeout as delay } from "node:timers/promises"
import { FailureLog, type Logger, TimeoutError, Timestamp } from "@metricq/client"
import { Deadlines } from "./deadlines.js"
import type { Job, NanWhenSilent, Opening, PolledMetric, Target } from "./job.js"
import { JobRound } from "./job-round.js"
import type { Slots } from "./slots.js"
import { TargetState } from "./target-state.js"
import { withinTime } from "./time-limit.js"

/** What jobs share: where points go, and how many may work at a time. */
export interface RunnerContext {
  readonly slots: Slots
  readonly logger: Logger
  send(metric: string, time: Timestamp, value: number): void
  declare(metrics: Readonly<Record<string, PolledMetric>>): Promise<void>
}

/** `setTimeout` takes no more. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** Runs one job, round after round, until it is stopped. Nothing it does delays another one, but for the places they share. */
export class JobRunner {
  readonly job: Job
  readonly states: ReadonlyMap<Target, TargetState>
  readonly #context: RunnerContext
  readonly #deadlines: Deadlines
  readonly #failures: FailureLog
  readonly #stop = new AbortController()
  readonly #metrics: Map<Target, Record<string, PolledMetric>>
  /** The last value of each metric whose policy is `last`. */
  readonly #last = new Map<string, number>()
  /** When there was a value last, or NaN in its place. */
  readonly #lastTimes = new Map<string, Timestamp>()
  #isOpen = false
  #isBusy = false
  #failuresInRow = 0
  #retryAtMs = 0
  #working: Promise<void> | undefined
  /** Rounds that took place. */
  rounds = 0

  constructor(job: Job, context: RunnerContext) {
    this.job = job
    this.#context = context
    this.#deadlines = new Deadlines(job.schedule)
    this.#failures = new FailureLog(context.logger)
    this.states = new Map(job.targets.map((target) => [target, new TargetState(target.name)]))
    this.#metrics = new Map(job.targets.map((target) => [target, { ...target.metrics }]))
  }

  /** Rounds that could not be begun in time, because the one before, or other jobs, took too long. */
  get skipped(): number {
    return this.#deadlines.skipped
  }

  /** Runs until {@link stop}; never rejects. The first round is at once. */
  run(): Promise<void> {
    this.#working ??= this.#run()
    return this.#working
  }

  /** Ends the round under way, and closes the job. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the source stops"))
    await this.#working
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    await this.#round(Timestamp.now(), signal)
    while (!signal.aborted) {
      const { time, startMs } = this.#deadlines.next(Date.now())
      await sleep(startMs - Date.now(), signal)
      if (!signal.aborted) await this.#round(time, signal)
    }
    await this.#close()
  }

  async #round(time: Timestamp, signal: AbortSignal): Promise<void> {
    if (Date.now() < this.#retryAtMs) return this.#allFailed(time)
    const begunMs = performance.now()
    const round = new JobRound(time, (metric, value, at) => this.#send(metric, at, value))
    try {
      await this.#work(round, signal)
      this.#failuresInRow = 0
    } catch (error) {
      if (signal.aborted) return
      for (const target of this.job.targets) round.failed(target, error)
      this.#backOff()
      await this.#close()
    }
    round.end()
    this.rounds += 1
    this.#settle(round, (performance.now() - begunMs) / 1000)
  }

  /** Opening and reading have a time limit each, and one place for both. */
  async #work(round: JobRound, signal: AbortSignal): Promise<void> {
    const { job } = this
    const leave = await this.#context.slots.take(signal)
    try {
      if (!this.#isOpen) {
        await this.#limited(signal, async (limit) => job.open?.(this.#opening(limit)))
        this.#isOpen = true
      }
      round.begin()
      await this.#limited(signal, (limit) => job.poll(round.within(limit)))
    } finally {
      leave()
    }
  }

  /** Work that does not heed its limit is left alone; until it ends, no other begins. */
  async #limited(signal: AbortSignal, work: (limit: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#isBusy) throw new TimeoutError("an earlier round has still not ended")
    this.#isBusy = true
    await withinTime(this.job.timeoutMs, signal, work, () => {
      this.#isBusy = false
    })
  }

  #opening(signal: AbortSignal): Opening {
    return {
      signal,
      declare: async (target, metrics) => {
        await this.#context.declare(metrics)
        Object.assign(this.#metrics.get(target) ?? {}, metrics)
      },
      send: (metric, value, time) => this.#send(metric, time, value),
      forget: (target, metrics) => {
        for (const metric of metrics) {
          delete this.#metrics.get(target)?.[metric]
          this.#last.delete(metric)
          this.#lastTimes.delete(metric)
        }
      },
    }
  }

  /** Tells what became of each target, and sends what the failure policy wants for what is missing. */
  #settle(round: JobRound, roundS: number): void {
    const nowMs = Date.now()
    for (const [target, state] of this.states) {
      if (round.isPending(target)) continue
      const failure = round.failureOf(target)
      const durationS = round.durationOf(target) ?? roundS
      if (failure === undefined) {
        state.succeeded(nowMs, durationS)
      } else {
        state.failed(nowMs, durationS, failure)
        this.#failures.add(target.name, failure)
      }
      const missing = failure === undefined ? round.missingOf(target) : this.#unsent(target, round)
      for (const metric of missing) this.#substitute(target, metric, round.time)
      const [first] = failure === undefined ? round.problemsOf(target) : []
      if (first !== undefined) this.#failures.add(`${target.name}: ${first.metric}`, first.error)
    }
  }

  #unsent(target: Target, round: JobRound): string[] {
    return Object.keys(this.#metrics.get(target) ?? {}).filter((metric) => !round.hasSent(metric))
  }

  #allFailed(time: Timestamp): void {
    for (const [target, metrics] of this.#metrics) {
      for (const metric of Object.keys(metrics)) this.#substitute(target, metric, time)
    }
  }

  #substitute(target: Target, metric: string, time: Timestamp): void {
    const { onFailure: policy = this.job.onFailure, nanWhenSilent } = this.#metrics.get(target)?.[metric] ?? {}
    if (nanWhenSilent !== undefined) this.#tellSilence(metric, nanWhenSilent)
    if (nanWhenSilent !== undefined || policy === "skip") return
    const value = policy === "nan" ? Number.NaN : this.#last.get(metric)
    if (value !== undefined) this.#context.send(metric, time, value)
  }

  #tellSilence(metric: string, { silentMs, afterMs }: NanWhenSilent): void {
    const last = this.#lastTimes.get(metric)
    if (last === undefined || Number(Timestamp.now().posixNs - last.posixNs) < silentMs * 1e6) return
    const time = Timestamp.fromNs(last.posixNs + BigInt(Math.round(afterMs * 1e6)))
    this.#lastTimes.set(metric, time)
    this.#context.send(metric, time, Number.NaN)
  }

  #send(metric: string, time: Timestamp, value: number): void {
    this.#last.set(metric, value)
    this.#lastTimes.set(metric, time)
    this.#context.send(metric, time, value)
  }

  #backOff(): void {
    const { retryMs = [] } = this.job
    const pause = retryMs[Math.min(this.#failuresInRow, retryMs.length - 1)]
    this.#failuresInRow += 1
    this.#retryAtMs = pause === undefined ? 0 : Date.now() + pause
  }

  async #close(): Promise<void> {
    this.#isOpen = false
    try {
      await this.job.close?.()
    } catch (error) {
      this.#failures.add(`closing ${this.job.targets[0]?.name}`, error)
    }
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(Math.min(ms, MAX_DELAY_MS), undefined, { signal }).catch(() => undefined)
}
