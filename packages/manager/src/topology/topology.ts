import type { Connection, Logger } from "@metricq/client"
import { exchanges } from "@metricq/client"
import { RequestError } from "../request-error.js"
import { brokerCode, brokerText } from "./broker-error.js"
import { ChannelPool, type PooledChannel } from "./channel-pool.js"
import type { QueueArguments } from "./queue-settings.js"

/** How a queue is to be, if it is not there yet. */
export interface QueueWish {
  readonly name: string
  /** `lasting`: durable, never deleted by itself. `fleeting`: goes with its last consumer. `kept`: outlives its consumers. */
  readonly life: "lasting" | "fleeting" | "kept"
  readonly arguments: QueueArguments
  /** Made up just now, so it cannot be there: saves asking. */
  readonly isNew?: boolean
}

/** What the broker says of a queue. */
export interface QueueLook {
  readonly messages: number
  readonly consumers: number
}

/** Routing keys to be bound to a queue, or unbound from it. */
export interface Bindings {
  readonly queue: string
  readonly exchange: string
  readonly keys: readonly string[]
}

/** Channels that share a long list of bindings, since AMQP has one operation under way on each. */
const LANES = 8
/** A shorter list goes over one channel. */
const KEYS_PER_LANE = 50

/**
 * Queues, bindings and end messages in the data network.
 *
 * All errors are {@link RequestError}s with the broker's own text. Operations are not undone when a later one fails: what was
 * bound stays bound, and asking again completes it.
 */
export class Topology {
  readonly #channels: ChannelPool
  readonly #logger: Logger
  /** Whether the broker refuses queues that are neither durable nor exclusive; asked once a connection. */
  #refusesTransient = false

  constructor(connection: Connection, logger: Logger) {
    this.#channels = new ChannelPool(connection)
    this.#logger = logger
    connection.onSetup(async () => {
      const channel = await connection.openChannel()
      await channel.assertExchange(exchanges.data, "topic", { durable: true })
      await channel.assertExchange(exchanges.history, "topic", { durable: true })
      this.#refusesTransient = refusesTransient(channel.connection.serverProperties)
      await channel.close()
    })
  }

  /**
   * Have a queue. One that is there is used as it is, whatever its arguments are: it cannot be changed, and the caller
   * would only learn that it differs. Resolves to whether it was not there.
   */
  async ensureQueue(wish: QueueWish): Promise<boolean> {
    if (!wish.isNew && (await this.lookAt(wish.name))) return false
    const { name, life } = wish
    const durable = life === "lasting" || this.#refusesTransient
    const options = { durable, autoDelete: life === "fleeting", arguments: wish.arguments }
    try {
      await this.#channels.use((channel) => channel.assertQueue(name, options))
      return true
    } catch (error) {
      // Another request has just made it, with other arguments.
      if (brokerCode(error) === 406 && (await this.lookAt(name))) return false
      throw refusal(error)
    }
  }

  /** @throws {RequestError} with the broker's text if the queue is not there */
  async checkQueue(name: string): Promise<void> {
    try {
      await this.#channels.use((channel) => channel.checkQueue(name))
    } catch (error) {
      throw refusal(error)
    }
  }

  bind({ queue, exchange, keys }: Bindings): Promise<void> {
    return this.#forEachKey(keys, (channel, key) => channel.bindQueue(queue, exchange, key))
  }

  unbind({ queue, exchange, keys }: Bindings): Promise<void> {
    return this.#forEachKey(keys, (channel, key) => channel.unbindQueue(queue, exchange, key))
  }

  /** Tell whoever empties the queue that nothing more comes, behind everything that is in it. */
  async sendEnd(queue: string): Promise<void> {
    try {
      await this.#channels.use(async (channel) => {
        channel.sendToQueue(queue, Buffer.alloc(0), { type: "end" })
        await channel.waitForConfirms()
      })
    } catch (error) {
      throw refusal(error)
    }
  }

  /** Resolves to the number of messages that were in it. With `ifUnused` it must have no consumer. */
  async deleteQueue(name: string, { ifUnused = false } = {}): Promise<number> {
    try {
      return (await this.#channels.use((channel) => channel.deleteQueue(name, { ifUnused }))).messageCount
    } catch (error) {
      throw refusal(error)
    }
  }

  /** What is in a queue, or `undefined` if it is not there. */
  async lookAt(name: string): Promise<QueueLook | undefined> {
    try {
      const { messageCount, consumerCount } = await this.#channels.use((channel) => channel.checkQueue(name))
      return { messages: messageCount, consumers: consumerCount }
    } catch (error) {
      if (brokerCode(error) === 404) return undefined
      throw refusal(error)
    }
  }

  async #forEachKey(
    keys: readonly string[],
    operation: (channel: PooledChannel, key: string) => Promise<unknown>,
  ): Promise<void> {
    const lanes = Math.min(LANES, Math.ceil(keys.length / KEYS_PER_LANE))
    const rest = keys[Symbol.iterator]()
    let failed = false
    const work = async (channel: PooledChannel) => {
      for (const key of rest) {
        await operation(channel, key)
        if (failed) return
      }
    }
    const outcomes = await Promise.allSettled(
      Array.from({ length: lanes }, () =>
        this.#channels.use(work).catch((error: unknown) => {
          failed = true
          throw error
        }),
      ),
    )
    const failure = outcomes.find((outcome) => outcome.status === "rejected")
    if (!failure) return
    this.#logger.warn("bindings stay incomplete", { keys: keys.length, reason: brokerText(failure.reason) })
    throw refusal(failure.reason)
  }
}

function refusal(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const timedOut = (error as { name?: unknown } | null)?.name === "TimeoutError"
  const text = timedOut ? "the manager has no connection to the data network; try again" : brokerText(error)
  return new RequestError(text, { cause: error })
}

/** RabbitMQ does since 4.3, unless it is configured otherwise; no client looks at whether its queue is durable. */
export function refusesTransient(server: { product?: unknown; version?: unknown }): boolean {
  if (server.product !== "RabbitMQ") return false
  const [major = 0, minor = 0] = String(server.version).split(".").map(Number)
  return major > 4 || (major === 4 && minor >= 3)
}
