import { FailureLog, type Logger, type Metadata, Timestamp } from "@metricq/client"
import { type SelfMetricName, selfMetricDefinitions } from "./definitions.js"

/** What sends points: a database that is connected. */
export interface SelfMetricSender {
  declareMetrics(metrics: Record<string, Metadata>): Promise<void>
  send(metric: string, time: Timestamp, value: number): Promise<void>
}

/** How the own metrics are called, and how often they are sent, in Hz. */
export interface SelfMetricSettings {
  readonly prefix: string
  readonly rate: number
}

/** What is measured; undefined is not sent. */
export type SelfMeasurement = Readonly<Record<SelfMetricName, number | undefined>>

/** Sends what a database measures about itself, at a steady rate. What fails is logged and tried again with the next round. */
export class SelfMetrics {
  readonly #sender: SelfMetricSender
  readonly #measure: () => SelfMeasurement
  readonly #failures: FailureLog
  #settings: SelfMetricSettings | undefined
  #declared: SelfMetricSettings | undefined
  /** A round of them is under way. */
  #busyWith: SelfMetricSettings | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(sender: SelfMetricSender, measure: () => SelfMeasurement, logger: Logger) {
    this.#sender = sender
    this.#measure = measure
    this.#failures = new FailureLog(logger)
  }

  /** Send in this way from now on; undefined: no more. */
  follow(settings: SelfMetricSettings | undefined): void {
    const { prefix, rate } = this.#settings ?? {}
    if (settings?.prefix === prefix && settings?.rate === rate) return
    clearInterval(this.#timer)
    this.#settings = settings
    if (settings === undefined) return
    this.#timer = setInterval(() => void this.#round(), 1000 / settings.rate).unref()
    void this.#round()
  }

  stop(): void {
    this.follow(undefined)
  }

  async #round(): Promise<void> {
    const settings = this.#settings
    if (settings === undefined || this.#busyWith === settings) return
    this.#busyWith = settings
    try {
      if (this.#declared !== settings) await this.#declare(settings)
      if (this.#settings !== settings) return
      const time = Timestamp.now()
      for (const [name, value] of Object.entries(this.#measure())) {
        if (value !== undefined) await this.#sender.send(settings.prefix + name, time, value)
      }
    } catch (error) {
      this.#failures.add("sending the metrics of the database itself", error)
    } finally {
      if (this.#busyWith === settings) this.#busyWith = undefined
    }
  }

  async #declare(settings: SelfMetricSettings): Promise<void> {
    const { prefix, rate } = settings
    const metadata = Object.entries(selfMetricDefinitions).map(([name, { unit, description }]) => [
      prefix + name,
      { unit, description, rate, scope: "last" },
    ])
    await this.#sender.declareMetrics(Object.fromEntries(metadata))
    this.#declared = settings
  }
}
