import { type ClientOptions, FailureLog, IntervalSource, type Metadata, type Timestamp } from "@metricq/client"
import type { AgentKind } from "../kit/kind.js"
import { LateMetrics } from "../kit/late-metrics.js"
import { rehearse } from "../kit/rehearse.js"
import { readSample } from "../kit/sample.js"
import { choicesOf, metricPrefix, type SysinfoConfig, sysinfoSchema } from "./config.js"
import { type Files, SystemFiles } from "./files.js"
import { Machine } from "./machine.js"
import type { Reading } from "./reading.js"

/** Measures the machine it runs on. */
export class SysinfoSource extends IntervalSource<SysinfoConfig> {
  readonly #files: Files
  readonly #failures = new FailureLog(this.logger)
  #measuring: Measuring | undefined

  /** `files`: the machine to measure, if not this one. */
  constructor(options: ClientOptions, files: Files = new SystemFiles()) {
    super(options)
    this.#files = files
  }

  override async onConfig(config: SysinfoConfig): Promise<void> {
    const machine = new Machine({
      choices: choicesOf(config),
      periodS: 1 / config.rate,
      files: this.#files,
      onProblem: (group, error) => this.#failures.add(`group ${group}`, error),
    })
    const metrics = new LateMetrics(this, { logger: this.logger })
    const prefix = metricPrefix(config)
    const describe = ({ info }: Reading) => ({ rate: config.rate, ...info })
    const readings = await machine.read()
    await metrics.declare(Object.fromEntries(readings.map((reading) => [prefix + reading.metric, describe(reading)])))
    this.period = 1 / config.rate
    this.#measuring = { machine, metrics, prefix, describe }
  }

  /** One round: all points have the nominal time; what has no value yet, or is not declared yet, is left out. */
  override async update(time: Timestamp): Promise<void> {
    if (this.#measuring === undefined) return
    const { machine, metrics, prefix, describe } = this.#measuring
    for (const reading of await machine.read()) {
      const name = prefix + reading.metric
      const ready = metrics.ready(name, () => describe(reading))
      if (ready && reading.value !== undefined) await this.send(name, time, reading.value)
    }
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    await super.stopRole(graceMs)
    await this.#files.close()
  }
}

/** What a configuration has set going. */
interface Measuring {
  readonly machine: Machine
  readonly metrics: LateMetrics
  readonly prefix: string
  readonly describe: (reading: Reading) => Metadata
}

export const sysinfo: AgentKind<SysinfoConfig> = {
  name: "source-sysinfo",
  summary: "this machine: CPU, load, memory, network, disks, filesystems, temperatures, pressure, power",
  schema: sysinfoSchema,
  rounds: 2,
  create: (options) => new SysinfoSource(options),
  rehearse: (config) => rehearse(sysinfo, config),
  sample: () => readSample("source-sysinfo"),
}
