import type { Connection } from "@metricq/client"

/** A channel with publisher confirms. */
export type PooledChannel = Awaited<ReturnType<Connection["openConfirmChannel"]>>

/** Channels that work at a time, for all requests together. */
const MAX_CHANNELS = 64
/** Unused channels that stay open. */
const MAX_IDLE = 8
/** How long a request waits for the connection to be there. */
const OPEN_TIMEOUT_MS = 10_000

/**
 * Channels on the data connection, each for one task at a time.
 *
 * The broker closes a channel whose operation it refuses: with a channel of its own, a request that fails hurts no other. A
 * channel that served well is used again.
 */
export class ChannelPool {
  readonly #connection: Connection
  readonly #idle: PooledChannel[] = []
  readonly #waiting: (() => void)[] = []
  #free = MAX_CHANNELS

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Run `task` with a channel that it has for itself. Rejects with what the task or the broker says. */
  async use<T>(task: (channel: PooledChannel) => Promise<T>): Promise<T> {
    await this.#takeSlot()
    let channel: PooledChannel | undefined
    try {
      channel = await this.#take()
      const result = await task(channel)
      this.#giveBack(channel)
      return result
    } catch (error) {
      // Whatever happened, nobody knows what this channel still expects.
      channel?.close().catch(() => {})
      throw error
    } finally {
      this.#freeSlot()
    }
  }

  async #take(): Promise<PooledChannel> {
    const idle = this.#idle.pop()
    if (idle) return idle
    await this.#connection.whenOpen(AbortSignal.timeout(OPEN_TIMEOUT_MS))
    const channel = await this.#connection.openConfirmChannel()
    const forget = () => {
      const at = this.#idle.indexOf(channel)
      if (at >= 0) this.#idle.splice(at, 1)
    }
    channel.once("close", forget)
    channel.once("error", forget)
    return channel
  }

  #giveBack(channel: PooledChannel): void {
    if (this.#idle.length < MAX_IDLE) this.#idle.push(channel)
    else channel.close().catch(() => {})
  }

  async #takeSlot(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #freeSlot(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
