import type { TestNetwork, TestScope } from "@metricq/testkit"
import { MetricqProcess } from "./metricq-process.js"

export const DATABASE_TOKEN = "db-crash"

/** A database as a process of its own, which can be killed and started again in the same folder. */
export class DatabaseUnderTest {
  readonly #t: TestScope
  readonly #args: string[]
  readonly #cwd: string
  #process: MetricqProcess | undefined

  /** @param folder where it keeps its points, absolute or in `cwd` */
  constructor(t: TestScope, net: TestNetwork, cwd: string, folder = "data") {
    this.#t = t
    this.#cwd = cwd
    this.#args = ["database", "--server", net.url, "--token", DATABASE_TOKEN, "--folder", folder]
  }

  /** Writes a configuration with which it stores all metrics of the load, whose values hold for ever. */
  static async configure(net: TestNetwork): Promise<void> {
    await net.configure(DATABASE_TOKEN, { patterns: [{ pattern: "load.**", maxGap: "forever", interval_min: "1s" }] })
  }

  /** Starts it, and resolves with the milliseconds until it was ready. */
  async start(): Promise<number> {
    const began = performance.now()
    this.#process = MetricqProcess.start(this.#t, this.#args, { cwd: this.#cwd })
    await this.#process.line(/^ready/)
    return performance.now() - began
  }

  async kill(): Promise<void> {
    await this.#process?.kill()
  }
}
