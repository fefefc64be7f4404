import { randomUUID } from "node:crypto"
import { exchanges, rpcQueue } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { type Connection, releaseChannel } from "./connection.js"
import { delay } from "./deferred.js"
import { ConnectFailed } from "./errors.js"
import type { Logger } from "./logger.js"
import type { RpcCaller } from "./rpc-caller.js"
import type { RpcConsumer } from "./rpc-consumer.js"
import { decodeRpcBody, encodeRpcBody } from "./rpc-message.js"

export interface ManagementOptions {
  token: string
  connection: Connection
  caller: RpcCaller
  consumer: RpcConsumer
  logger: Logger
  /** Runs after the own queue is there and before the exchanges are looked for. */
  prepare(channel: Channel): Promise<void>
  /** Queues to answer from besides the own one. */
  extraQueues(): string[]
}

/** What to do about a manager that is not there. */
export const howToStart = "start one with `metricq manager`, or a whole network with `metricq up`"

/** Unanswered requests at once from each extra queue. The own queue has no such limit: answers come on it, too. */
const extraPrefetch = 200

/**
 * Sets a management connection up: own queue, exchanges, consumers. Runs on each (re)connect.
 *
 * @throws {ConnectFailed} `token-in-use`, `manager-away`
 */
export async function setUpManagement(options: ManagementOptions, signal: AbortSignal): Promise<void> {
  const { connection, token } = options
  await claimToken(options, signal)
  const channel = await connection.openChannel({ essential: "management" })
  await options.prepare(channel)
  await checkExchanges(connection)
  const own = rpcQueue(token)
  await channel.bindQueue(own, exchanges.broadcast, "#")
  options.caller.attach(channel)
  await consume(options, channel, own)
  const extra = options.extraQueues()
  if (extra.length > 0) await channel.prefetch(extraPrefetch)
  for (const queue of extra) await consume(options, channel, queue)
}

async function consume({ connection, consumer }: ManagementOptions, channel: Channel, queue: string): Promise<void> {
  await channel.consume(queue, (message) => {
    if (message === null) connection.recycle(new Error(`the broker has ended consuming from ${queue}`))
    else consumer.take(channel, message)
  })
}

/**
 * Declare the exclusive queue that makes the token ours.
 *
 * A client whose connection died unnoticed holds it until the broker misses two heartbeats, so that is how long it is
 * tried; a holder that answers is alive, and ends the wait at once.
 */
async function claimToken({ connection, token, logger }: ManagementOptions, signal: AbortSignal): Promise<void> {
  const patienceMs = 2000 * (connection.heartbeatS || 10) + 1000
  const until = performance.now() + patienceMs
  for (let attempt = 0; ; attempt++) {
    const error = await tryClaim(connection, token)
    if (error === undefined) return
    const holder = attempt === 0 ? await askHolder(connection, token, signal) : undefined
    if (holder !== undefined || performance.now() > until) {
      const who = holder ?? `a client that does not answer, for more than ${Math.round(patienceMs / 1000)} s now`
      throw new ConnectFailed(
        "token-in-use",
        `token in use: "${token}" is held by ${who}; a token can be used by one client at a time`,
        { cause: error },
      )
    }
    if (attempt === 0)
      logger.warn(`token "${token}" is held by a client that does not answer; waiting for the broker to drop it`)
    await delay(500, signal)
    signal.throwIfAborted()
  }
}

async function tryClaim(connection: Connection, token: string): Promise<Error | undefined> {
  const channel = await connection.openChannel()
  try {
    await channel.assertQueue(rpcQueue(token), { exclusive: true, durable: false })
  } catch (error) {
    if ((error as { code?: unknown }).code === 405) return error as Error
    throw error
  }
  releaseChannel(channel)
  return undefined
}

/** Ask the holder of the token who it is: its host if it answers within a second. */
async function askHolder(connection: Connection, token: string, signal: AbortSignal): Promise<string | undefined> {
  const channel = await connection.openChannel()
  const replyTo = rpcQueue(`${token}.${randomUUID().replaceAll("-", "")}`)
  const answered = new AbortController()
  const ended = () => answered.abort()
  signal.addEventListener("abort", ended)
  let holder: string | undefined
  try {
    await channel.assertQueue(replyTo, { exclusive: true, durable: false, autoDelete: true })
    await channel.consume(
      replyTo,
      (message) => {
        holder = message === null ? undefined : describeHolder(message)
        ended()
      },
      { noAck: true },
    )
    channel.publish("", rpcQueue(token), encodeRpcBody({ function: "discover" }), {
      contentType: "application/json",
      correlationId: randomUUID(),
      replyTo,
      appId: token,
    })
    await delay(1000, answered.signal)
    releaseChannel(channel)
  } finally {
    signal.removeEventListener("abort", ended)
  }
  return holder
}

function describeHolder(message: ConsumeMessage): string {
  try {
    const { hostname, startingTime } = decodeRpcBody(message.content)
    if (typeof hostname === "string") return `a running client on ${hostname}, started ${String(startingTime)}`
  } catch {
    // Whatever it said, it is alive.
  }
  return "a running client"
}

async function checkExchanges(connection: Connection): Promise<void> {
  const channel = await connection.openChannel()
  for (const exchange of [exchanges.broadcast, exchanges.management]) {
    try {
      await channel.checkExchange(exchange)
    } catch (error) {
      if ((error as { code?: unknown }).code !== 404) throw error
      const text = `no MetricQ manager has run at ${connection.url} yet (there is no exchange ${exchange}): ${howToStart}`
      throw new ConnectFailed("manager-away", text, { cause: error })
    }
  }
  releaseChannel(channel)
}
