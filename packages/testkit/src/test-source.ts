import { type Metadata, Source } from "@metricq/client"

/** Configuration of a `TestSource`. */
export interface TestSourceConfig {
  /** What it declares: metadata by metric. */
  metrics: Record<string, Metadata>
  /** Points a chunk; default: one. */
  chunkSize?: number
}

/** A source that declares the metrics of its configuration and sends what the test tells it to. */
export class TestSource extends Source<TestSourceConfig> {
  override async onConfig({ metrics, chunkSize }: TestSourceConfig): Promise<void> {
    if (chunkSize !== undefined) this.chunkSize = chunkSize
    await this.declareMetrics(metrics)
  }
}
