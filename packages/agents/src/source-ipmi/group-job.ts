import { setTimeout as delay } from "node:timers/promises"
import { DataError, type Logger } from "@metricq/client"
import type { FailurePolicy } from "../kit/fields/failure.js"
import type { Schedule } from "../kit/fields/schedule.js"
import type { Job, Round, Target } from "../kit/polling/job.js"
import { Bmc } from "./bmc.js"
import type { Answer, Query } from "./query.js"
import { type Outcome, Reading, type ReadingOptions } from "./reading.js"
import { checkTool } from "./tool.js"

/** A round waits for its BMCs for this part of the interval; then the next one can begin in time. */
const PATIENCE = 0.9
/** Of the patience: who answers within it delays nobody. */
const QUICK = 0.5
/** BMCs whose sensors have different record ids need processes of their own: so many at most, then all sensors are read. */
const MAX_PROCESSES_A_ROUND = 8
/** Processes of earlier rounds that may go on. */
const MAX_OLD_PROCESSES = 8

/** What a job needs to know, beside what it asks. */
export interface GroupJobOptions extends Pick<ReadingOptions, "credentials" | "configFile"> {
  readonly key: string
  readonly schedule: Schedule
  /** Of a process. */
  readonly readingMs: number
  /** Of a process for BMCs of which nothing is known. */
  readonly firstReadingMs: number
  /** See {@link Bmc}; not that of a job, which is for all its targets together. */
  readonly retriesMs: readonly number[]
  readonly onFailure: FailurePolicy
  readonly logMs: number
  readonly logger: Logger
  /** The BMCs: addresses, and the first parts of their metrics' names. */
  readonly hosts: readonly { readonly address: string; readonly name: string; readonly target: Target }[]
}

/**
 * One question to a group of BMCs. Each round one process asks all that are well. Who has not answered shortly before the next round is
 * left to that process, and asked in one apart from then on; who fails is tried again in the background. So none holds up another.
 */
export class GroupJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure: FailurePolicy
  readonly targets: readonly Target[]
  readonly #query: Query
  readonly #options: GroupJobOptions
  readonly #patienceMs: number
  readonly #bmcs: ReadonlyMap<string, Bmc>
  readonly #names: ReadonlyMap<Target, string>
  readonly #readings = new Set<Reading>()
  /** What came between rounds. */
  #late: (() => void)[] = []
  #round: Round | undefined
  /** BMCs of which this round has something to tell. */
  readonly #told = new Set<Bmc>()
  #stop = new AbortController()
  #nextLogMs = 0

  constructor(query: Query, options: GroupJobOptions) {
    this.#query = query
    this.#options = options
    this.key = options.key
    this.schedule = options.schedule
    this.onFailure = options.onFailure
    this.#patienceMs = options.schedule.intervalMs * PATIENCE
    this.timeoutMs = options.schedule.intervalMs + 1000
    this.targets = options.hosts.map(({ target }) => target)
    this.#names = new Map(options.hosts.map(({ name, target }) => [target, name]))
    this.#bmcs = new Map(
      options.hosts.map(({ address, target }) => [address, new Bmc(address, target, options.retriesMs)]),
    )
  }

  async open(): Promise<void> {
    this.#stop = new AbortController()
  }

  /** Points have the time just before the process was started that has read them. */
  async poll(round: Round): Promise<void> {
    checkTool(this.#query.command, this.#query.restricted)
    this.#round = round
    this.#told.clear()
    try {
      for (const settle of this.#late.splice(0)) settle()
      for (const reading of this.#readings) reading.look()
      this.#readApart()
      const readings = this.#read(this.#idle("active", "new"))
      await this.#wait(readings, round.signal)
      this.#leaveBehind(readings)
      this.#retry()
    } finally {
      this.#round = undefined
    }
    this.#conclude(round)
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the source stops"))
    await Promise.all([...this.#readings].map(({ ended }) => ended))
  }

  /** All are asked for the same records in a process. */
  #read(bmcs: readonly Bmc[], isRetry = false): Reading[] {
    const sets = new Map<string, Bmc[]>()
    for (const bmc of bmcs) {
      const recordIds = isRetry || (!sets.has(bmc.recordIds) && sets.size >= MAX_PROCESSES_A_ROUND) ? "" : bmc.recordIds
      sets.set(recordIds, [...(sets.get(recordIds) ?? []), bmc])
    }
    return [...sets].map(([recordIds, some]) => this.#start(some, recordIds))
  }

  #start(bmcs: readonly Bmc[], recordIds: string): Reading {
    const isFirst = bmcs.some(({ phase }) => phase === "new" || phase === "failing")
    for (const bmc of bmcs) bmc.isBusy = true
    const { credentials, configFile, readingMs, firstReadingMs } = this.#options
    const { signal } = this.#stop
    const reading = new Reading(this.#query, {
      credentials,
      configFile,
      hosts: bmcs.map(({ address }) => address),
      recordIds,
      isFirst,
      timeoutMs: isFirst ? firstReadingMs : readingMs,
      signal,
      onOutcome: (address, outcome, from) => {
        const settle = () => this.#settle(address, outcome, from)
        if (signal.aborted) this.#forget(address)
        else if (this.#round === undefined) this.#late.push(settle)
        else settle()
      },
    })
    this.#readings.add(reading)
    void reading.ended.then(() => this.#readings.delete(reading))
    return reading
  }

  #idle(...phases: readonly Bmc["phase"][]): Bmc[] {
    return [...this.#bmcs.values()].filter(({ phase, isBusy }) => !isBusy && phases.includes(phase))
  }

  #readApart(): void {
    if (this.#readings.size < MAX_OLD_PROCESSES) this.#read(this.#idle("slow"))
  }

  #retry(): void {
    const due = [...this.#bmcs.values()].filter((bmc) => bmc.isDue(Date.now()))
    if (due.length > 0 && this.#readings.size < MAX_OLD_PROCESSES) this.#read(due, true)
  }

  async #wait(readings: readonly Reading[], signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const ended = Promise.all(readings.map(({ ended: each }) => each)).then(() => over.abort())
    const patience = delay(this.#patienceMs, undefined, { signal: AbortSignal.any([signal, over.signal]) })
    await Promise.race([ended, patience.catch(() => undefined)])
  }

  #leaveBehind(readings: readonly Reading[]): void {
    for (const reading of readings) {
      reading.look()
      for (const address of reading.open) this.#bmcs.get(address)?.leftBehind()
      if (reading.open.size > 0 && this.#readings.size > MAX_OLD_PROCESSES)
        reading.stop(new DataError("too-slow", "too many programs of earlier rounds have not ended"))
    }
  }

  #forget(address: string): void {
    const bmc = this.#bmcs.get(address)
    if (bmc !== undefined) bmc.isBusy = false
  }

  #settle(address: string, { result, seconds }: Outcome, reading: Reading): void {
    const bmc = this.#bmcs.get(address)
    if (bmc === undefined || this.#round === undefined) return
    bmc.isBusy = false
    if (result instanceof Error) {
      bmc.failed(result, Date.now())
      return
    }
    const wasFailing = bmc.phase === "failing"
    bmc.succeeded(result.recordIds, seconds * 1000 < this.#patienceMs * QUICK)
    // Meanwhile NaN has been sent for later times than this.
    if (wasFailing) return
    this.#told.add(bmc)
    this.#round.took(bmc.target, seconds)
    this.#send(bmc, result, reading)
  }

  #send({ target }: Bmc, { values, problems = new Map() }: Answer, { begun }: Reading): void {
    const round = this.#round
    const name = this.#names.get(target) ?? ""
    for (const [suffix, value] of values) {
      const metric = `${name}.${suffix}`
      const policy = target.metrics[metric]?.onFailure ?? this.onFailure
      if (!Number.isNaN(value) || policy === "nan") round?.send(metric, value, begun)
      else if (policy === "last") round?.missing(target, metric, new DataError("no-value", "it has no value now"))
    }
    for (const [suffix, error] of problems) round?.missing(target, `${name}.${suffix}`, error)
  }

  #conclude(round: Round): void {
    for (const bmc of this.#bmcs.values()) {
      if (bmc.phase === "failing") round.failed(bmc.target, bmc.error)
      else if (!this.#told.has(bmc)) round.pending(bmc.target)
    }
    if (Date.now() < this.#nextLogMs) return
    this.#nextLogMs = Date.now() + this.#options.logMs
    const well = [...this.#bmcs.values()].filter(({ phase }) => phase === "active" || phase === "slow").length
    this.#options.logger.info(`${well} of ${this.#bmcs.size} BMCs answer (${this.targets[0]?.name}, …)`)
  }
}
