import type { JsonObject } from "@metricq/protocol"
import { ConfigurationTurns } from "./configuration-turns.js"
import { register } from "./registration.js"
import { Sink, type SinkOptions } from "./sink.js"

/**
 * A sink with a fixed token and a configuration. A subclass overrides `onConfig`, where it usually subscribes.
 */
export class DurableSink<Config = JsonObject> extends Sink {
  /** The configuration in force: the last one that `onConfig` has not refused. While it runs, the one it is given. */
  config!: Config
  readonly #turns = new ConfigurationTurns<Config>()

  constructor(options: SinkOptions) {
    super({ addUuid: false, ...options })
    this.handle("config", (config) => this.#turns.take(this, config as Config))
  }

  /**
   * Called with the configuration when the sink connects, and again whenever a new one is applied; calls do not overlap. What it
   * throws ends `connect()`, or is the answer to who applied the configuration.
   */
  onConfig(_config: Config): void | Promise<void> {}

  protected override discoverDetails(): JsonObject {
    return { ...super.discoverDetails(), ...this.#turns.about }
  }

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const { config } = await register(this.token, "sink.register", (name) => this.rpc(name, {}, { repeatable: true }))
    if (config !== undefined) await this.dispatchConfig(config)
  }
}
