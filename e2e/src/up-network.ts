import type { JsonObject } from "@metricq/client"
import { freePort, NetworkUnderTest, type TestScope, temporaryFolder } from "@metricq/testkit"
import { MetricqProcess } from "./metricq-process.js"

/** A network that `metricq up` runs as a process of its own, with nothing measured by itself. */
export class UpNetwork extends NetworkUnderTest {
  readonly url: string
  readonly folder: string
  readonly #t: TestScope
  readonly #args: string[]
  #process: MetricqProcess

  private constructor(t: TestScope, folder: string, port: number, options: readonly string[]) {
    super(t)
    this.#t = t
    this.folder = folder
    this.url = `amqp://127.0.0.1:${port}/`
    this.#args = ["up", "--data", "data", "--amqp-port", String(port), "--no-demo", ...options]
    this.#process = this.#spawn()
  }

  /** Starts it; it ends with the test. `options` of `metricq up` besides. */
  static async start(t: TestScope, ...options: string[]): Promise<UpNetwork> {
    const net = new UpNetwork(t, await temporaryFolder(t, "up"), await freePort(), options)
    await net.#process.line(/^ready/)
    return net
  }

  /** Runs `metricq ARGS` against it and expects it to succeed; resolves to its standard output. */
  async command(args: string[], input?: string): Promise<string> {
    const options = { cwd: this.folder, input }
    const { code, stdout, stderr } = await MetricqProcess.run(this.#t, [...args, "--server", this.url], options)
    if (code !== 0) throw new Error(`metricq ${args.join(" ")} ended with code ${code}: ${stderr}`)
    return stdout
  }

  async configure(token: string, config: JsonObject): Promise<void> {
    await this.command(["config", "set", token, "-"], JSON.stringify(config))
  }

  /** Ends the process as `kill -9` does, and starts it again at the same address. */
  async crashAndRestart(): Promise<void> {
    await this.#process.kill()
    this.#process = this.#spawn()
    await this.#process.line(/^ready/)
  }

  #spawn(): MetricqProcess {
    return MetricqProcess.start(this.#t, this.#args, { cwd: this.folder })
  }
}
