import { type Columns, Sink, type SinkOptions, type SubscribedMetrics } from "@metricq/client"

type Receive = (metric: string, columns: Columns) => void

/** The sink of a hub: whatever comes is handed on at once. */
export class LiveSink extends Sink {
  readonly #receive: Receive

  constructor(options: SinkOptions, receive: Receive) {
    super(options)
    this.#receive = receive
  }

  /** What comes while the connection is lost is kept for a minute, if the manager is ours. */
  override subscribe(metrics: readonly string[]): Promise<SubscribedMetrics> {
    return super.subscribe(metrics, { keep: "1min" })
  }

  override onChunk(metric: string, columns: Columns): void {
    this.#receive(metric, columns)
  }
}
