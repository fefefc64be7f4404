import type { Columns } from "@metricq/client"
import { pythonFloat, pythonString } from "../grafana/python-json.js"

/** A value of a metric is handed on only if it is later than the one before by more than this. */
const skipNs = 500_000_000n

/** Values that may wait. */
const mostValues = 1000

interface Value {
  readonly metric: string
  readonly timeNs: bigint
  readonly value: number
}

/**
 * Values on their way to a client of metricq-sink-websocket: of each metric the first of each half second, and no NaN. If more than a
 * thousand wait, the oldest go.
 */
export class SinkValues {
  readonly #lastNs = new Map<string, bigint>()
  #waiting: Value[] = []
  #dropped = 0

  get length(): number {
    return this.#waiting.length
  }

  /** Values that went because the client did not take them. */
  get dropped(): number {
    return this.#dropped
  }

  add(metric: string, { times, values }: Columns): void {
    let last = this.#lastNs.get(metric)
    for (let i = 0; i < times.length; i++) {
      const timeNs = times[i]!
      const value = values[i]!
      if (!Number.isFinite(value) || (last !== undefined && timeNs - last <= skipNs)) continue
      last = timeNs
      this.#lastNs.set(metric, timeNs)
      this.#waiting.push({ metric, timeNs, value })
    }
    const surplus = this.#waiting.length - mostValues
    if (surplus > 0) {
      this.#waiting.splice(0, surplus)
      this.#dropped += surplus
    }
  }

  /** Everything that waits, as a message; it is gone from here. */
  take(): string {
    const data = this.#waiting.map(
      ({ metric, timeNs, value }) => `{"id": ${pythonString(metric)}, "ts": ${timeNs}, "value": ${pythonFloat(value)}}`,
    )
    this.#waiting = []
    return `{"data": [${data.join(", ")}]}`
  }
}
