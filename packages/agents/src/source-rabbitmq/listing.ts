import type { JsonObject, Metadata, Timestamp } from "@metricq/client"
import { CounterRate } from "../kit/values/counter-rate.js"

/** A metric of an object in a list of the management API. */
export interface ObjectMetric {
  /** The object, by its `name`; `undefined`: the only one there is. */
  readonly object: string | undefined
  /** Where the number is in the object. */
  readonly path: readonly string[]
  readonly isRate: boolean
  readonly metadata: Metadata
}

/** A list of the management API and the metrics that are read from it. */
export class Listing {
  /** Path of the list below `/api/`. */
  readonly path: string
  readonly metrics: Readonly<Record<string, ObjectMetric>>
  readonly #rates = new Map<string, CounterRate>()

  constructor(path: string, metrics: Readonly<Record<string, ObjectMetric>>) {
    this.path = path
    this.metrics = metrics
  }

  /**
   * The values in an answer. A rate needs a second answer; numbers that RabbitMQ does not tell yet (it tells no statistics of what
   * was never used) are left out. Objects that are not there are told.
   */
  read(
    objects: readonly JsonObject[],
    time: Timestamp,
    send: (metric: string, value: number) => void,
    missing: (metric: string, reason: Error) => void,
  ): void {
    const byName = new Map(objects.map((object) => [object.name, object]))
    for (const [metric, { object: name, path, isRate }] of Object.entries(this.metrics)) {
      const object = name === undefined ? objects[0] : byName.get(name)
      if (object === undefined) {
        missing(metric, new Error(`there is no ${name} in /api/${this.path}`))
        continue
      }
      const number = numberAt(object, path)
      const value = isRate && number !== undefined ? this.#rateOf(metric).next(number, time) : number
      if (value !== undefined) send(metric, value)
    }
  }

  #rateOf(metric: string): CounterRate {
    const rate = this.#rates.get(metric) ?? new CounterRate()
    this.#rates.set(metric, rate)
    return rate
  }
}

function numberAt(object: JsonObject, path: readonly string[]): number | undefined {
  const found = path.reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], object)
  if (typeof found === "boolean") return Number(found)
  return typeof found === "number" ? found : undefined
}
