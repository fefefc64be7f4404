import { type Logger, silentLogger } from "@metricq/client"
import { BacnetPort, type PortSettings } from "./bacnet-port.js"

/** The ports of one source: opened by the first job that needs one, closed by the last. */
export class SharedPorts {
  readonly #ports = new Map<string, { opening: Promise<BacnetPort>; users: number }>()
  readonly #logger: Logger

  constructor(logger: Logger = silentLogger) {
    this.#logger = logger
  }

  /**
   * A port with these settings. Each who gets one gives it back with {@link release}.
   *
   * @throws {MetricqError} `bacnet-socket` if the own address cannot be used
   */
  async acquire(settings: PortSettings): Promise<BacnetPort> {
    const key = JSON.stringify(settings)
    const entry = this.#ports.get(key) ?? { opening: BacnetPort.open(settings, this.#logger), users: 0 }
    this.#ports.set(key, entry)
    entry.users += 1
    try {
      return await entry.opening
    } catch (error) {
      if (this.#ports.get(key) === entry) this.#ports.delete(key)
      throw error
    }
  }

  async release(port: BacnetPort): Promise<void> {
    const key = JSON.stringify(port.settings)
    const entry = this.#ports.get(key)
    if (entry === undefined || (await entry.opening) !== port) return
    entry.users -= 1
    if (entry.users > 0) return
    this.#ports.delete(key)
    await port.close()
  }
}
