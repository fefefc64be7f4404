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

  /** Stores a configuration in place of the one there may be; it is not sent to the client. */
  async configure(token: string, config: JsonObject): Promise<void> {
    const { revision = null } = await this.answer(`configs/${token}`)
    const { error } = await this.call("PUT", `configs/${token}`, { config, revision })
    if (error) throw new Error(`${token} could not be configured: ${(error as JsonObject).message}`)
  }

  /** An answer of the API; of a GET, or with a `body` of a POST. */
  answer(path: string, body?: unknown): Promise<JsonObject> {
    return this.call(body === undefined ? "GET" : "POST", path, body)
  }

  /** An answer of the API to a request of any method. */
  async call(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const content =
      body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
    return (await (await fetch(`${this.page}api/v1/${path}`, { method, ...content })).json()) as JsonObject
  }
}
