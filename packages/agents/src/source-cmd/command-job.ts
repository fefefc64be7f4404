import { DataError, type Metadata, Timedelta, Timestamp } from "@metricq/client"
import { milliseconds } from "../kit/fields/duration.js"
import { scheduleOf } from "../kit/fields/schedule.js"
import { checkCommand } from "../kit/permissions.js"
import type { Job, PolledMetric, Round, Target } from "../kit/polling/job.js"
import { runProgram } from "../kit/subprocess.js"
import { TextValue } from "../kit/values/text-value.js"
import type { CmdConfig, CmdMetric } from "./config.js"

const MAX_OUTPUT_BYTES = 1024 * 1024
const SHOWN = 200

/** One command and the metrics that are read from its output. */
export class CommandJob implements Job {
  readonly key: string
  readonly schedule
  readonly timeoutMs: number
  readonly onFailure
  readonly targets: readonly [Target]
  readonly #command: string
  readonly #values: ReadonlyMap<string, TextValue>

  /** `metrics` have the same command, interval and time limit. */
  constructor(config: CmdConfig, metrics: Readonly<Record<string, CmdMetric>>) {
    const [first] = Object.entries(metrics)
    if (first === undefined) throw new DataError("metric-name", "a command needs a metric")
    const [name, { command, interval, timeout = config.timeout }] = first
    this.#command = command
    this.schedule = scheduleOf(interval, config)
    this.timeoutMs = milliseconds(timeout)
    this.onFailure = config.onFailure ?? ("skip" as const)
    this.targets = [{ name, metrics: mapValues(metrics, polledMetric) }]
    this.#values = new Map(Object.entries(metrics).map(([metric, settings]) => [metric, new TextValue(settings)]))
    this.key = JSON.stringify([metrics, this.schedule, this.timeoutMs, this.onFailure])
  }

  /** Points have the time at which the command ended. A command that fails has no value, whatever it wrote. */
  async poll(round: Round): Promise<void> {
    checkCommand(this.#command)
    const options = { signal: round.signal, maxBytes: MAX_OUTPUT_BYTES }
    const { stdout, stderr, code } = await runProgram("/bin/sh", ["-c", this.#command], options)
    const time = Timestamp.now()
    if (code !== 0)
      throw new DataError("exit-code", `the command has failed with ${code ?? "a signal"}${reasonOf(stderr)}`)
    const [target] = this.targets
    for (const [metric, value] of this.#values) {
      try {
        round.send(metric, value.read(stdout), time)
      } catch (error) {
        round.missing(target, metric, error)
      }
    }
  }
}

function polledMetric({
  unit,
  interval,
  command,
  description = command,
  chunk_size,
  onFailure,
}: CmdMetric): PolledMetric {
  const metadata: Metadata = { unit, description, rate: 1 / Timedelta.from(interval).s }
  return { metadata, chunkSize: chunk_size, onFailure }
}

function reasonOf(stderr: string): string {
  const text = stderr.trim().slice(0, SHOWN)
  return text === "" ? "" : `: ${text}`
}

function mapValues<A, B>(values: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]))
}
