import type { JsonObject } from "@metricq/protocol"
import { register } from "./registration.js"
import { Sink, type SinkOptions } from "./sink.js"

/**
 * A sink with a fixed token and a configuration. A subclass overrides `onConfig`, where it usually subscribes.
 */
export class DurableSink<Config = JsonObject> extends Sink {
  /** The configuration that came last. */
  config!: Config
  #configured: Promise<void> = Promise.resolve()

  constructor(options: SinkOptions) {
    super({ addUuid: false, ...options })
    this.handle("config", (config) => this.#configure(config as Config))
  }

  /**
   * Called with the configuration when the sink connects, and again whenever a new one is applied; calls do not overlap. What it
   * throws ends `connect()`, or is the answer to who applied the configuration.
   */
  onConfig(_config: Config): void | Promise<void> {}

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const { config } = await register(this.token, "sink.register", (name) => this.rpc(name, {}, { repeatable: true }))
    if (config !== undefined) await this.dispatchConfig(config)
  }

  #configure(config: Config): Promise<void> {
    const configured = this.#configured.then(async () => {
      this.config = config
      await this.onConfig(config)
    })
    this.#configured = configured.catch(() => {})
    return configured
  }
}
