import { setTimeout as delay } from "node:timers/promises"
import type { Logger, Metadata, Source } from "@metricq/client"
import { Timestamp } from "@metricq/client"
import { milliseconds } from "../fields/duration.js"
import { LateMetrics } from "../late-metrics.js"
import type { SelfMetricsConfig } from "./polling-config.js"
import type { TargetState } from "./target-state.js"
import { TargetSummary } from "./target-summary.js"

const DEFAULT_INTERVAL_MS = 10_000

interface Kind {
  readonly unit: string
  readonly description: string
  readonly value: (summary: TargetSummary, nowMs: number) => number | undefined
}

const kinds: Readonly<Record<string, Kind>> = {
  up: {
    unit: "",
    description: "1: it answers, 0: it does not",
    value: ({ isUp }) => (isUp === undefined ? undefined : Number(isUp)),
  },
  duration: { unit: "s", description: "how long the last round took", value: ({ durationS }) => durationS },
  errors: { unit: "", description: "failed rounds since the agent was started", value: ({ errors }) => errors },
  last_success: {
    unit: "s",
    description: "time since it was read last",
    value: ({ lastSuccessMs }, nowMs) => (lastSuccessMs === undefined ? undefined : (nowMs - lastSuccessMs) / 1000),
  },
}

/** Publishes for each target of a source whether it is up, how long a round took, its errors, and the time since the last success. */
export class SelfMetrics {
  readonly #source: Source<never>
  readonly #late: LateMetrics

  constructor(source: Source<never>, logger: Logger) {
    this.#source = source
    this.#late = new LateMetrics(source, { logger })
  }

  /** Publishes until the signal aborts; `config` and `states` are asked each time. */
  async run(config: () => SelfMetricsConfig, states: () => Iterable<TargetState>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { selfMetrics } = config()
      const settings = typeof selfMetrics === "object" ? selfMetrics : {}
      const intervalMs = settings.interval === undefined ? DEFAULT_INTERVAL_MS : milliseconds(settings.interval)
      await delay(intervalMs - (Date.now() % intervalMs), undefined, { signal }).catch(() => undefined)
      if (signal.aborted || selfMetrics === false) continue
      this.#publish(settings.prefix ?? this.#source.token, intervalMs, states())
    }
  }

  #publish(prefix: string, intervalMs: number, states: Iterable<TargetState>): void {
    const time = Timestamp.now()
    for (const summary of TargetSummary.of(states)) {
      for (const [kind, { value, ...metadata }] of Object.entries(kinds)) {
        const name = `${prefix}.${metricPart(summary.name)}.${kind}`
        const number = value(summary, Date.now())
        if (number === undefined || !this.#late.ready(name, () => describe(metadata, summary, intervalMs))) continue
        void this.#source.send(name, time, number)
      }
    }
  }
}

function describe({ unit, description }: Omit<Kind, "value">, { name }: TargetSummary, intervalMs: number): Metadata {
  return { unit, description: `${name}: ${description}`, rate: 1000 / intervalMs }
}

/** A name as it may stand in the name of a metric; dots stay. */
export function metricPart(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]+/g, "_").replaceAll(/^[._]+|[._]+$/g, "") || "target"
}
