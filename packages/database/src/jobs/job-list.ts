import { type JsonObject, type Logger, MetricqError, Timestamp } from "@metricq/client"

/** What a job works with. */
export interface JobContext {
  /** Aborts when the job is to end early. */
  readonly signal: AbortSignal
  /** Tell how far it is; replaces what was told before. */
  progress(progress: JsonObject): void
}

/** What a job does; resolves to its result. */
export type JobWork = (context: JobContext) => Promise<JsonObject>

export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled"

/** A job as it is told about. Times are ISO 8601. */
export type JobInfo = {
  job: number
  kind: string
  /** What it was asked for. */
  arguments: JsonObject
  /** AMQP user who asked. */
  user: string
  state: JobState
  /** When it was asked for, began, and ended. */
  asked: string
  began?: string
  ended?: string
  progress?: JsonObject
  result?: JsonObject
  /** Why it failed or was cancelled. An RPC whose answer had the key `error` would count as refused. */
  failure?: string
}

interface Job {
  readonly info: JobInfo
  readonly controller: AbortController
  readonly work: JobWork
  readonly ended: Promise<void>
  readonly end: () => void
}

/** Jobs that wait. */
const MAX_WAITING = 20
/** Jobs that have ended and are remembered. */
const MAX_ENDED = 100

/** Long work that goes on while its asker does something else: one job at a time, in the order they were asked for. */
export class JobList {
  readonly #logger: Logger
  readonly #jobs = new Map<number, Job>()
  #next = 1
  #running: Promise<void> | undefined
  #isStopping = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /**
   * Begin a job as soon as those before it have ended.
   *
   * @throws {MetricqError} `busy` if too many wait
   */
  add(kind: string, args: JsonObject, user: string, work: JobWork): JobInfo {
    if (this.#isStopping) throw new MetricqError("busy", "the database is stopping")
    const waiting = [...this.#jobs.values()].filter(({ info }) => info.state === "waiting")
    if (waiting.length >= MAX_WAITING) {
      throw new MetricqError("busy", `${MAX_WAITING} jobs are waiting already: cancel some, or try again later`)
    }
    const info: JobInfo = { job: this.#next++, kind, arguments: args, user, state: "waiting", asked: now() }
    const { promise, resolve } = withResolvers()
    this.#jobs.set(info.job, { info, work, controller: new AbortController(), ended: promise, end: resolve })
    this.#running ??= this.#run()
    return info
  }

  /** The latest first. */
  list(): JobInfo[] {
    return [...this.#jobs.values()].map(({ info }) => info).reverse()
  }

  /** @throws {MetricqError} `unknown-job` */
  get(job: number): JobInfo {
    return this.#find(job).info
  }

  /** Wait until a job has ended, for `ms` at most. Errors as {@link get}. */
  async wait(job: number, ms: number): Promise<JobInfo> {
    const { info, ended } = this.#find(job)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([ended, late])
    clearTimeout(timer)
    return info
  }

  /** End a job early: at once if it waits, else as soon as it can. One that has ended stays as it is. Errors as {@link get}. */
  cancel(job: number): JobInfo {
    const found = this.#find(job)
    found.controller.abort(new MetricqError("cancelled", `job ${job} was cancelled`))
    if (found.info.state === "waiting") this.#end(found, "cancelled")
    return found.info
  }

  /** Cancel all, and wait until the one that runs has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const { info } of this.#jobs.values()) this.cancel(info.job)
    await this.#running
  }

  async #run(): Promise<void> {
    await undefined // whoever adds a job sees it wait
    for (let next = this.#firstWaiting(); next !== undefined; next = this.#firstWaiting()) await this.#perform(next)
    this.#running = undefined
  }

  #firstWaiting(): Job | undefined {
    return [...this.#jobs.values()].find(({ info }) => info.state === "waiting")
  }

  async #perform(job: Job): Promise<void> {
    const { info, controller } = job
    info.state = "running"
    info.began = now()
    const { signal } = controller
    const progress = (told: JsonObject) => {
      info.progress = told
    }
    try {
      info.result = await job.work({ signal, progress })
      this.#end(job, "done")
    } catch (error) {
      info.failure = error instanceof Error ? error.message : String(error)
      if (!signal.aborted) this.#logger.error(`job ${info.job} (${info.kind}) failed`, { reason: error })
      this.#end(job, signal.aborted ? "cancelled" : "failed")
    }
  }

  #end(job: Job, state: JobState): void {
    job.info.state = state
    job.info.ended = now()
    job.end()
    this.#logger.info(`job ${job.info.job} (${job.info.kind}) is ${state}`, { user: job.info.user })
    const ended = [...this.#jobs.values()].filter(({ info }) => info.ended !== undefined)
    for (const { info } of ended.slice(0, -MAX_ENDED)) this.#jobs.delete(info.job)
  }

  #find(job: number): Job {
    const found = this.#jobs.get(job)
    if (found === undefined) {
      throw new MetricqError("unknown-job", `there is no job ${job}: the last ${MAX_ENDED} since the start are known`)
    }
    return found
  }
}

function now(): string {
  return Timestamp.now().toIso()
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
