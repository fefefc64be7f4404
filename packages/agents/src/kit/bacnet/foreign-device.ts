import { FailureLog, type Logger } from "@metricq/client"
import type { BacnetClient } from "./library.js"

/** Where to register, and for how long at a time. */
export interface ForeignSettings {
  readonly host: string
  readonly port: number
  /** Seconds, 1 to 65535. */
  readonly ttlS: number
}

const RETRY_MS = 10_000

/** Keeps a program registered with a BBMD, which passes on the broadcasts of its network. */
export class ForeignDevice {
  readonly #client: BacnetClient
  readonly #settings: ForeignSettings
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  readonly #failures: FailureLog

  constructor(client: BacnetClient, settings: ForeignSettings, logger: Logger) {
    this.#client = client
    this.#settings = settings
    this.#failures = new FailureLog(logger)
  }

  /** Registers, and does so again after half of the time, or ten seconds after a failure, which is logged. */
  start(): void {
    void this.#register()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #register(): Promise<void> {
    const { host, port, ttlS } = this.#settings
    let pauseMs = (ttlS * 1000) / 2
    try {
      await this.#client.registerForeignDevice({ address: `${host}:${port}` }, ttlS)
    } catch (error) {
      if (!this.#isStopped) this.#failures.add(`registering with the BBMD ${host}:${port}`, error)
      pauseMs = Math.min(RETRY_MS, pauseMs)
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#register(), pauseMs).unref()
  }
}
