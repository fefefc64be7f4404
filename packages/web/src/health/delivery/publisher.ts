import { type Client, type Logger, RPCError } from "@metricq/client"
import { HealthSource, type OpenCounts } from "./health-source.js"

/** Another server may publish under the same token, or the network be away: it is tried again after this. */
const AGAIN_MS = 60_000

/** What a publisher works with. */
export interface PublisherParts {
  readonly rpc: Pick<Client, "rpc">
  /** For the source; `token` is the name that its configuration is kept under. */
  readonly sourceOptions: ConstructorParameters<typeof HealthSource>[0]
  /** Begin of the names, written into its first configuration. */
  readonly prefix: string
  readonly logger: Logger
  count(): OpenCounts
}

/** Keeps a source of the numbers of findings running as long as that is wanted. What does not work is told in the log, and harms nothing. */
export class HealthPublisher {
  readonly #parts: PublisherParts
  #isWanted = false
  #source: HealthSource | undefined
  #turn: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** Publish from now on, or stop. */
  follow(publish: boolean): void {
    if (publish === this.#isWanted) return
    this.#isWanted = publish
    this.#next()
  }

  async stop(): Promise<void> {
    this.#isWanted = false
    this.#next()
    await this.#turn
  }

  #next(): void {
    clearTimeout(this.#timer)
    this.#turn = this.#turn.then(() => (this.#isWanted ? this.#begin() : this.#end()))
  }

  async #begin(): Promise<void> {
    if (this.#source !== undefined) return
    const { sourceOptions, count, logger } = this.#parts
    try {
      await this.#haveConfiguration()
      const source = new HealthSource(sourceOptions, count)
      this.#source = source
      await source.connect()
      source.stopped().then(
        () => this.#lost(source),
        () => this.#lost(source),
      )
    } catch (error) {
      const source = this.#source
      this.#source = undefined
      await source?.stop()
      const mayNot = error instanceof RPCError
      logger[mayNot ? "info" : "warn"]("numbers of findings are not published", { error })
      if (!mayNot) this.#again()
    }
  }

  #lost(source: HealthSource): void {
    if (this.#source !== source) return
    this.#source = undefined
    this.#again()
  }

  #again(): void {
    if (this.#isWanted) this.#timer = setTimeout(() => this.#next(), AGAIN_MS).unref()
  }

  async #end(): Promise<void> {
    const source = this.#source
    this.#source = undefined
    await source?.stop()
  }

  /** @throws {RPCError} if this user may not make one */
  async #haveConfiguration(): Promise<void> {
    const { rpc, sourceOptions, prefix } = this.#parts
    const { token } = sourceOptions
    const { configs } = await rpc.rpc("config.list", {}, { timeout: 10, repeatable: true })
    if (configs.some((config) => config.token === token)) return
    const note = "numbers of findings, published by the web server"
    await rpc.rpc("config.set", { token, config: { prefix }, revision: null, note }, { timeout: 10 })
  }
}
