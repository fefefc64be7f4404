import type { JsonObject } from "@metricq/client"
import { freePort, NetworkUnderTest, type TestScope, temporaryFolder } from "@metricq/testkit"
import { MetricqProcess } from "./metricq-process.js"

/** A network that `metricq up` runs as a process of its own, with its page. */
export class PageNetwork extends NetworkUnderTest {
  readonly url: string
  /** Address of the page, with a slash at its end. */
  readonly page: string
  readonly #t: TestScope
  readonly #folder: string

  private constructor(t: TestScope, { folder, url, page }: { folder: string; url: string; page: string }) {
    super(t)
    this.#t = t
    this.#folder = folder
    this.url = url
    this.page = page
  }

  /** Starts it; it ends with the test. With `options` of `metricq up`; without `--no-demo` it measures this machine. */
  static async start(t: TestScope, ...options: string[]): Promise<PageNetwork> {
    const folder = await temporaryFolder(t, "page")
    const port = String(await freePort())
    const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", port, ...options], { cwd: folder })
    const page = (await up.line(/^ready/)).split("  ")[2] as string
    return new PageNetwork(t, { folder, url: `amqp://127.0.0.1:${port}/`, page })
  }

  /** Runs `metricq ARGS` against it and expects it to succeed; resolves to its standard output. */
  async command(args: string[], input?: string): Promise<string> {
    const options = { cwd: this.#folder, input }
    const { code, stdout, stderr } = await MetricqProcess.run(this.#t, [...args, "--server", this.url], options)
    if (code !== 0) throw new Error(`metricq ${args.join(" ")} ended with code ${code}: ${stderr}`)
    return stdout
  }

  async configure(token: string, config: JsonObject): Promise<void> {
    await this.command(["config", "set", token, "-"], JSON.stringify(config))
  }

  /** An answer of the API. */
  async answer(path: string, body?: unknown): Promise<JsonObject> {
    const headers = { "content-type": "application/json" }
    const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) }
    return (await (await fetch(`${this.page}api/v1/${path}`, init)).json()) as JsonObject
  }
}
