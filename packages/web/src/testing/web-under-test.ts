import { silentLogger } from "@metricq/client"
import { onTestEnd, startNetwork, type TestNetwork, type TestScope } from "@metricq/testkit"
import { WebServer, type WebServerOptions } from "../index.js"

/** A web server in a network of its own; both end with the test. */
export class WebUnderTest {
  readonly net: TestNetwork
  readonly server: WebServer

  private constructor(net: TestNetwork, server: WebServer) {
    this.net = net
    this.server = server
  }

  /** `prepare` runs before the server starts, so that it knows at once what is declared there. */
  static async start(
    t: TestScope,
    prepare: (net: TestNetwork) => Promise<void> = async () => {},
    options: Partial<WebServerOptions> = {},
  ): Promise<WebUnderTest> {
    const net = await startNetwork(t)
    await prepare(net)
    return WebUnderTest.join(t, net, options)
  }

  /** A web server in this network; it ends with the test. */
  static async join(t: TestScope, net: TestNetwork, options: Partial<WebServerOptions> = {}): Promise<WebUnderTest> {
    const server = new WebServer({
      url: net.admin.url,
      port: 0,
      uiFolder: "/nowhere",
      logger: silentLogger,
      ...options,
    })
    onTestEnd(t, () => server.stop())
    await server.start()
    return new WebUnderTest(net, server)
  }

  /** Address of a path below the prefix. */
  url(path: string): string {
    return new URL(path, this.server.address).href
  }

  /** JSON of an answer, with its status. */
  async get(path: string, init: RequestInit = {}) {
    const answer = await fetch(this.url(path), init)
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }

  /** {@link WebUnderTest.get} with a body. */
  send(method: string, path: string, body: unknown) {
    const headers = { "content-type": "application/json" }
    return this.get(path, { method, headers, body: JSON.stringify(body) })
  }
}
