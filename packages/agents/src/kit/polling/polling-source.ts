import {
  type ClientOptions,
  ConfigError,
  type JsonObject,
  type Metadata,
  Source,
  type Timestamp,
} from "@metricq/client"
import type { Job, PolledMetric } from "./job.js"
import { JobRunner, type RunnerContext } from "./job-runner.js"
import type { PollingConfig } from "./polling-config.js"
import { SelfMetrics } from "./self-metrics.js"
import { Slots } from "./slots.js"
import { targetDetails } from "./target-details.js"
import type { TargetState } from "./target-state.js"

/**
 * A source that polls: it makes jobs of its configuration, and each job runs on its own.
 *
 * A new configuration stops only the jobs that are no longer wanted and starts only those that are new; the others go on
 * undisturbed. For each target there are metrics about it (up, duration, errors, last_success), and `discover` tells who fails.
 */
export abstract class PollingSource<Config extends PollingConfig> extends Source<Config> {
  readonly #runners = new Map<string, JobRunner>()
  #slots = { places: 0, slots: new Slots(1) }
  #isRunning = false

  constructor(options: ClientOptions) {
    super(options)
  }

  /**
   * The jobs of a configuration. Makes no connection.
   *
   * @throws {ConfigError} for what the schema cannot tell
   */
  protected abstract jobs(config: Config): readonly Job[]

  /** Metrics that are declared at once; those found out by `open` come later. */
  override async onConfig(config: Config): Promise<void> {
    const jobs = new Map(this.jobs(config).map((job) => [job.key, job]))
    checkUnique(this.token, jobs.values())
    const added = [...jobs.values()].filter(({ key }) => !this.#runners.has(key))
    await this.#declare(Object.assign({}, ...added.flatMap(({ targets }) => targets.map(({ metrics }) => metrics))))
    if (this.#slots.places !== config.maxConcurrent)
      this.#slots = { places: config.maxConcurrent, slots: new Slots(config.maxConcurrent) }
    await this.#stopAll([...this.#runners.keys()].filter((key) => !jobs.has(key)))
    for (const job of added) this.#runners.set(job.key, new JobRunner(job, this.#context()))
    if (this.#isRunning) this.#startAll()
  }

  /** Runs the jobs until the source stops. */
  override async task(signal: AbortSignal): Promise<void> {
    this.#isRunning = true
    this.#startAll()
    const self = new SelfMetrics(this as unknown as Source<never>, this.logger)
    await self.run(
      () => this.config,
      () => this.targetStates(),
      signal,
    )
    this.#isRunning = false
    await this.#stopAll([...this.#runners.keys()])
  }

  /** Of each target of each job. */
  *targetStates(): Generator<TargetState> {
    for (const { states } of this.#runners.values()) yield* states.values()
  }

  /** Every target has been asked, with whatever result. */
  get hasRead(): boolean {
    const states = [...this.targetStates()]
    return states.length > 0 && states.every(({ isUp }) => isUp !== undefined)
  }

  /** Rounds that could not be begun in time. */
  get skippedRounds(): number {
    return [...this.#runners.values()].reduce((sum, { skipped }) => sum + skipped, 0)
  }

  protected override discoverDetails(): JsonObject {
    const { skippedRounds } = this
    return { ...super.discoverDetails(), ...targetDetails(this.targetStates()), skippedRounds }
  }

  #startAll(): void {
    for (const runner of this.#runners.values()) void runner.run()
  }

  async #stopAll(keys: readonly string[]): Promise<void> {
    const runners = keys.map((key) => this.#runners.get(key))
    for (const key of keys) this.#runners.delete(key)
    await Promise.all(runners.map((runner) => runner?.stop()))
  }

  #context(): RunnerContext {
    return {
      slots: this.#slots.slots,
      logger: this.logger,
      send: (metric: string, time: Timestamp, value: number) => void this.send(metric, time, value),
      declare: (metrics) => this.#declare(metrics),
    }
  }

  async #declare(metrics: Readonly<Record<string, PolledMetric>>): Promise<void> {
    const names = Object.entries(metrics)
    if (names.length === 0) return
    for (const [name, { chunkSize }] of names) if (chunkSize !== undefined) this.metric(name).chunkSize = chunkSize
    await this.declareMetrics(
      Object.fromEntries(names.map(([name, { metadata }]): [string, Metadata] => [name, metadata])),
    )
  }
}

function checkUnique(kind: string, jobs: Iterable<Job>): void {
  const seen = new Map<string, string>()
  for (const { targets } of jobs) {
    for (const { name, metrics } of targets) {
      for (const metric of Object.keys(metrics)) {
        const other = seen.get(metric)
        if (other !== undefined)
          throw new ConfigError(kind, [`the metric ${metric} stands twice, for ${other} and ${name}`])
        seen.set(metric, name)
      }
    }
  }
}
