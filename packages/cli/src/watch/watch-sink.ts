import { type ClientOptions, type Columns, Sink } from "@metricq/client"

/** A sink that hands every chunk on. */
export class WatchSink extends Sink {
  readonly #take: (metric: string, columns: Columns) => void | Promise<void>

  /** `take` gets each chunk; the next ones wait until what it returns is done. The columns are only valid until then. */
  constructor(options: ClientOptions, take: (metric: string, columns: Columns) => void | Promise<void>) {
    super(options)
    this.#take = take
  }

  override async onChunk(metric: string, columns: Columns): Promise<void> {
    await this.#take(metric, columns)
  }
}
