import { type Columns, type Metadata, MetricqError, type Source, type SourceMetric, Timestamp } from "@metricq/client"

/** A point that an agent would send, with the metadata it declares for the metric. */
export interface PolledPoint {
  readonly metric: string
  readonly time: Timestamp
  readonly value: number
  readonly metadata: Metadata
}

/** Stands in for the network of one source: takes its declarations and points, and keeps the points. */
export class OfflineNetwork {
  readonly #metadata = new Map<string, Metadata>()
  #points: PolledPoint[] = []

  /** From now on, everything that `source` declares and sends comes here. It must not be connected. */
  constructor(source: Source<unknown>) {
    source.rpc = (name: string) =>
      Promise.reject(new MetricqError("offline", `${name}: there is no network in this run`))
    source.declareMetrics = async (metrics) => this.#declare(metrics)
    source.metric = (name) => this.#metric(name)
    source.send = (name, time, value) => this.#metric(name).send(time, value)
    source.sendChunk = (name, columns) => this.#metric(name).sendChunk(columns)
    source.flush = async () => {}
  }

  /** The metadata of all metrics that are declared. */
  get metadata(): Record<string, Metadata> {
    return Object.fromEntries(this.#metadata)
  }

  /** Metrics that are declared. */
  get declared(): number {
    return this.#metadata.size
  }

  /** Metrics that have a point. */
  get seen(): number {
    return new Set(this.#points.map(({ metric }) => metric)).size
  }

  /** The points that came since the last call. */
  take(): PolledPoint[] {
    const points = this.#points
    this.#points = []
    return points
  }

  #declare(metrics: Record<string, Metadata> | readonly string[]): void {
    const entries = Array.isArray(metrics)
      ? metrics.map((name): [string, Metadata] => [name, {}])
      : Object.entries(metrics)
    for (const [name, metadata] of entries) this.#metadata.set(name, { ...this.#metadata.get(name), ...metadata })
  }

  #metric(name: string): SourceMetric {
    return new OfflineMetric(name, (time, value) => this.#add(name, time, value)) as unknown as SourceMetric
  }

  #add(metric: string, time: Timestamp, value: number): void {
    const metadata = this.#metadata.get(metric)
    if (metadata === undefined)
      throw new MetricqError("not-declared", `${metric} has not been declared: call declareMetrics first`)
    this.#points.push({ metric, time, value, metadata })
  }
}

const resolved = Promise.resolve()

/** What agents use of a `SourceMetric`; points go on at once. */
class OfflineMetric implements Pick<SourceMetric, keyof SourceMetric> {
  readonly id: string
  readonly empty = true
  chunkSize: number | null = 1
  readonly #add: (time: Timestamp, value: number) => void

  constructor(id: string, add: (time: Timestamp, value: number) => void) {
    this.id = id
    this.#add = add
  }

  append(time: Timestamp, value: number): void {
    this.#add(time, value)
  }

  send(time: Timestamp, value: number): Promise<void> {
    this.#add(time, value)
    return resolved
  }

  error(time: Timestamp): Promise<void> {
    return this.send(time, Number.NaN)
  }

  sendChunk({ times, values }: Columns): Promise<void> {
    values.forEach((value, i) => {
      this.#add(Timestamp.fromNs(times[i] ?? 0n), value)
    })
    return resolved
  }

  flush(): Promise<void> {
    return resolved
  }
}
