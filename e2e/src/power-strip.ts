import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestEnd, type TestScope } from "@metricq/testkit"

/** A power strip with a web server: `/outlets` tells what each outlet delivers, in W, and `/inlet` the temperature of the air, in °C. */
export class PowerStrip {
  readonly #outlets: number
  readonly #broken: number | undefined
  #port = 0

  private constructor(outlets: number, broken: number | undefined) {
    this.#outlets = outlets
    this.#broken = broken
  }

  /** Starts it; it ends with the test. The sensor of the outlet `broken`, from 0 on, tells no number. */
  static async start(t: TestScope, outlets: number, broken?: number): Promise<PowerStrip> {
    const strip = new PowerStrip(outlets, broken)
    const server = createServer(({ url }, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(strip.#answer(url)))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    strip.#port = (server.address() as AddressInfo).port
    onTestEnd(t, () => {
      server.closeAllConnections()
      server.close()
    })
    return strip
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  #answer(url: string | undefined): object {
    const seconds = Date.now() / 1000
    if (url === "/inlet") return { celsius: Math.round(220 + 15 * Math.sin(seconds / 90 + this.#port)) / 10 }
    const watts = Array.from({ length: this.#outlets }, (_, i) => {
      if (i === this.#broken) return "fault"
      return Math.round(1800 + 100 * i + 600 * Math.sin(seconds / (15 + i) + this.#port)) / 10
    })
    return { watts, total: watts.reduce<number>((sum, w) => sum + (typeof w === "number" ? w : 0), 0) }
  }
}
