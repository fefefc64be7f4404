import type { Columns } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import type { ImportSink } from "../import-sink.js"

/** A sink that keeps everything, stores when it is told to, and fails when it is told to. */
export class MemorySink implements ImportSink {
  readonly parameters = new Map<string, LevelParameters>()
  readonly points = new Map<string, [timeNs: bigint, value: number][]>()
  /** Bytes handed over and not yet stored, and the most there ever were. */
  inFlight = 0
  mostInFlight = 0
  appends = 0
  declared = 0
  /** Called before each append takes effect. */
  beforeStore: (metric: string) => Promise<void> | void = () => {}

  async declare(metric: string, parameters: LevelParameters): Promise<void> {
    this.declared += 1
    this.parameters.set(metric, parameters)
  }

  async append(metric: string, { times, values }: Columns): Promise<void> {
    if (!this.parameters.has(metric)) throw new Error(`${metric} is not declared`)
    const points = Array.from(times, (timeNs, index): [bigint, number] => [timeNs, values[index]!])
    this.appends += 1
    this.inFlight += 16 * points.length
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight)
    try {
      await this.beforeStore(metric)
    } finally {
      this.inFlight -= 16 * points.length
    }
    const stored = this.points.get(metric) ?? []
    for (const point of points) stored.push(point)
    this.points.set(metric, stored)
  }

  /** Values of a metric by time, repeated ones once. */
  values(metric: string): number[] {
    const byTime = new Map(this.points.get(metric))
    return [...byTime].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  }
}
