import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { BrokerOptions } from "@metricq/broker"
import type { BrokerBackend } from "./broker-backend.js"
import type { BrokerAnswer, BrokerRequest } from "./broker-process-messages.js"

const childModule = fileURLToPath(new URL("./broker-process-child.js", import.meta.url))

/** The embedded broker as a process of its own, for tests of what `kill -9` leaves on disk. */
export class BrokerProcess implements BrokerBackend {
  readonly vhost = "/"
  readonly user = "guest"
  readonly password = "guest"
  readonly #options: BrokerOptions
  #child: ChildProcess | undefined
  #port = 0

  private constructor(options: BrokerOptions) {
    this.#options = { ...options, host: "127.0.0.1", port: 0 }
  }

  /** @param options plain data, since they go to another process: no logger */
  static async create(options: Omit<BrokerOptions, "logger">): Promise<BrokerProcess> {
    const process = new BrokerProcess(options)
    await process.start()
    return process
  }

  get port(): number {
    return this.#port
  }

  async createUser(name: string, password: string): Promise<string> {
    await this.#ask({ ask: "addUser", name, password })
    return name
  }

  async createVhost(name: string): Promise<string> {
    await this.#ask({ ask: "addVhost", name })
    return name
  }

  async start(): Promise<void> {
    this.#child = fork(childModule, { stdio: ["ignore", "ignore", "inherit", "ipc"] })
    const { port } = await this.#ask({ ask: "start", options: this.#options })
    this.#port = port ?? 0
  }

  async shutDown(): Promise<void> {
    await this.#ask({ ask: "stop" })
    await this.crash()
  }

  async crash(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, "exit")
    child.kill("SIGKILL")
    await exit
  }

  async close(): Promise<void> {
    await this.crash()
  }

  async #ask(request: BrokerRequest): Promise<BrokerAnswer> {
    const child = this.#child
    if (child === undefined) throw new Error(`the broker's process is not running: ${request.ask}`)
    const ended = new AbortController()
    const end = once(child, "exit", { signal: ended.signal }).then(([code]) => {
      throw new Error(`the broker's process ended with code ${code}: ${request.ask}`)
    })
    end.catch(() => {})
    try {
      const answer = once(child, "message", { signal: ended.signal }) as Promise<[BrokerAnswer]>
      child.send(request)
      const [message] = await Promise.race([answer, end])
      if (message.error !== undefined) throw new Error(message.error)
      return message
    } finally {
      ended.abort()
    }
  }
}
