import { IntervalSource, type JsonObject, type Metadata, type Timestamp } from "@metricq/client"
import { type FindingKind, findingKinds, type Severity, severities } from "../finding.js"

/** Numbers of open findings, acknowledged and muted ones not among them. */
export interface OpenCounts {
  readonly severity: Readonly<Record<Severity, number>>
  readonly kind: Readonly<Record<FindingKind, number>>
}

/** Seconds between two points. */
export const HEALTH_PERIOD_S = 10

/** Publishes how many findings are open, by severity and by kind; its configuration has the `prefix` of the names. */
export class HealthSource extends IntervalSource {
  readonly #count: () => OpenCounts

  constructor(options: ConstructorParameters<typeof IntervalSource>[0], count: () => OpenCounts) {
    super({ ...options, period: HEALTH_PERIOD_S })
    this.#count = count
  }

  get #prefix(): string {
    const { prefix } = this.config as JsonObject
    return typeof prefix === "string" ? prefix : ""
  }

  override async onConfig(): Promise<void> {
    const common = { unit: "", rate: 1 / HEALTH_PERIOD_S, scope: "last", quantity: "count" } as const
    const declared: Record<string, Metadata> = {}
    for (const severity of severities)
      declared[this.#name(severity)] = { ...common, description: `open findings of severity ${severity}` }
    for (const kind of findingKinds)
      declared[this.#name("kind", kind)] = { ...common, description: `open findings of kind ${kind}` }
    await this.declareMetrics(declared)
  }

  override update(time: Timestamp): void {
    const { severity, kind } = this.#count()
    for (const each of severities) void this.send(this.#name(each), time, severity[each])
    for (const each of findingKinds) void this.send(this.#name("kind", each), time, kind[each])
  }

  #name(...parts: string[]): string {
    return `${this.#prefix}health.findings.${parts.join(".").replaceAll("-", "_")}`
  }
}
