import { Timedelta } from "@metricq/client"
import { type ObjectId, parseObject, printObject } from "../kit/bacnet/names.js"
import { ValuesJob, type ValuesPlan } from "../kit/bacnet/values-job.js"
import type { PolledMetric } from "../kit/polling/job.js"
import type { BacpypesMetricConfig } from "./config.js"

/** A metric of the configuration, with its whole name. */
export interface NamedObject extends BacpypesMetricConfig {
  readonly name: string
}

/** Objects of a device that have the same interval, and names that the configuration gives. */
export class NamedObjectsJob extends ValuesJob {
  readonly #objects = new Map<string, { object: ObjectId; metrics: string[] }>()

  constructor(
    plan: Omit<ValuesPlan, "key" | "metrics" | "timeOf">,
    description: string,
    metrics: readonly NamedObject[],
  ) {
    const { ports: _ports, ...kept } = plan
    super({
      ...plan,
      key: JSON.stringify([kept, description, metrics]),
      metrics: Object.fromEntries(metrics.map((metric) => [metric.name, polledMetric(plan, description, metric)])),
      timeOf: "begin",
    })
    for (const { identifier, name } of metrics) this.#add(parseObject(identifier), name)
  }

  protected override async prepare(): Promise<void> {}

  protected override objects(): readonly ObjectId[] {
    return [...this.#objects.values()].map(({ object }) => object)
  }

  protected override metricsOf(object: ObjectId): readonly string[] {
    return this.#objects.get(printObject(object))?.metrics ?? []
  }

  #add(object: ObjectId | undefined, name: string): void {
    if (object === undefined) return
    const entry = this.#objects.get(printObject(object)) ?? { object, metrics: [] }
    this.#objects.set(printObject(object), entry)
    entry.metrics.push(name)
  }
}

function polledMetric(
  { target, schedule: { intervalMs } }: Pick<ValuesPlan, "target" | "schedule">,
  deviceDescription: string,
  { description, identifier, unit, chunk_size, onFailure }: NamedObject,
): PolledMetric {
  const metadata = {
    description: `${deviceDescription} ${description}`.trim(),
    rate: 1000 / intervalMs,
    interval: Timedelta.fromNs(BigInt(Math.round(intervalMs * 1e6))).preciseString,
    address: target,
    identifier,
    ...(unit !== undefined && unit !== "" && { unit }),
  }
  // Points of a second go together.
  const chunkSize = chunk_size ?? (intervalMs < 1000 ? Math.floor(1000 / intervalMs) : undefined)
  return { metadata, chunkSize, onFailure }
}
