import { type Channel, type ConfirmChannel, IllegalOperationError, type Options } from "amqplib"
import { Deferred, within } from "./deferred.js"
import { PublishFailed } from "./errors.js"
import type { Logger } from "./logger.js"
import { type Chunk, Spool, type SpoolOptions, type SpoolStats } from "./spool.js"

/**
 * How safely points travel. `persistent`: messages survive a restart of the broker in durable queues, and are kept until the
 * broker confirms them. `transient`: neither; faster, and what is under way when a connection breaks is lost.
 */
export type Durability = "persistent" | "transient"

export interface PublisherOptions {
  exchange: string
  durability: Durability
  spool?: SpoolOptions
  logger: Logger
}

/** Confirms that take longer than this are reported. */
const slowConfirmMs = 30_000
const watchMs = 5000

/** Header of messages that may have been delivered before. */
export const resendHeader = "x-metricq-resend"

const resolved = Promise.resolve()

interface Waiter {
  serial: number
  done: Deferred<void>
}

/**
 * Sends the chunks of a spool to an exchange: all of them at once, as far as the connection takes them, whether confirms come
 * or not; again after a connection was lost.
 *
 * `attach()` a channel on each (re)connect; `add()` works at any time, before the first channel, too.
 */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #spool: Spool
  readonly #fresh: Options.Publish
  readonly #again: Options.Publish
  readonly #flushes: Waiter[] = []
  #channel: Channel | undefined
  #publish: Channel["publish"] | undefined
  #onBroken: (error: Error) => void = () => {}
  #writable = false
  #blocked = false
  #refused = false
  #closed = false
  #room: Deferred<void> | undefined
  #watch: NodeJS.Timeout | undefined
  #nowMs = 0
  #reportedMs = 0

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#spool = new Spool(options.spool)
    const persistent = options.durability === "persistent"
    this.#fresh = { persistent }
    this.#again = { persistent, headers: { [resendHeader]: true } }
  }

  get confirms(): boolean {
    return this.#options.durability === "persistent"
  }

  get stats(): Readonly<SpoolStats> {
    return this.#spool.stats
  }

  /**
   * Send on this channel from now on: a confirm channel if `confirms`. What was in flight on the one before goes first.
   * `onBroken`: the channel is of no more use, and a new one should be made.
   */
  attach(channel: Channel | ConfirmChannel, onBroken: (error: Error) => void): void {
    this.#giveUp(this.#spool.rewind(this.#refused))
    this.#refused = false
    this.#channel = channel
    this.#onBroken = onBroken
    this.#writable = true
    this.#publish = this.confirms ? this.#trackConfirms(channel) : channel.publish
    channel.on("error", () => {
      this.#refused = true
    })
    channel.on("close", () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    channel.on("drain", () => {
      this.#writable = true
      this.#pump()
    })
    this.#watch ??= setInterval(() => this.#watchConfirms(), watchMs).unref()
    this.#pump()
    this.#settleWaiters()
  }

  /** The connection is gone. A reply code of the broker means that it closed it because of what we sent. */
  lost(error: Error): void {
    this.#channel = undefined
    const code = (error as { code?: unknown }).code
    const forced = 320
    if (typeof code === "number" && code !== forced) this.#refused = true
  }

  /** While the broker takes no messages, none are handed to the connection. */
  setBlocked(blocked: boolean): void {
    this.#blocked = blocked
    this.#pump()
  }

  /**
   * Take a chunk. The promise is a shared resolved one, unless the spool's policy is to wait and there is no room.
   *
   * @throws {PublishFailed} `spool-full`, `closed`; at once
   */
  add(metric: string, body: Buffer, points: number): Promise<void> {
    if (this.#closed)
      throw new PublishFailed("closed", `the source has stopped: ${points} points of ${metric} are lost`)
    this.#spool.add(metric, body, points)
    this.#pump()
    if (this.#spool.policy !== "wait" || !this.#spool.isOverfull) return resolved
    this.#room ??= new Deferred()
    return this.#room.promise
  }

  /**
   * Wait until everything added before is confirmed (without confirms: has arrived at the broker).
   *
   * @throws {PublishFailed} `flush-timeout` after `timeoutMs`; the points are still held, and sent
   */
  async flush(timeoutMs?: number): Promise<void> {
    const done = this.#passed()
    if (timeoutMs === undefined) return done
    const inTime = await within(
      timeoutMs,
      done.then(() => true),
    )
    if (inTime) return
    const { held } = this.#spool.stats
    const why =
      this.#channel === undefined
        ? "there is no connection"
        : this.#blocked
          ? "the broker is blocked"
          : "the broker is slow"
    throw new PublishFailed("flush-timeout", `${held} points are not confirmed after ${timeoutMs / 1000} s: ${why}`)
  }

  /** Stop sending. What is held is lost; returns how many points that are. */
  close(): number {
    this.#closed = true
    this.#channel = undefined
    clearInterval(this.#watch)
    const { held } = this.#spool.stats
    const error = new PublishFailed("closed", `the source has stopped with ${held} points not confirmed`)
    for (const { done } of this.#flushes.splice(0)) done.reject(error)
    this.#room?.reject(error)
    return held
  }

  /** Unsent and unconfirmed ones alike; without confirms the broker's answer to anything shows that what came before has arrived. */
  async #passed(): Promise<void> {
    const serial = this.#spool.lastSerial
    if (this.#closed) throw new PublishFailed("closed", "the source has stopped")
    if (!this.#spool.hasPassed(serial)) {
      const done = new Deferred<void>()
      this.#flushes.push({ serial, done })
      await done.promise
    }
    if (!this.confirms) await this.#channel?.checkExchange(this.#options.exchange)
  }

  #pump(): void {
    const publish = this.#publish
    while (this.#channel !== undefined && this.#writable && !this.#blocked) {
      const chunk = this.confirms ? this.#spool.next(this.#nowMs) : this.#spool.nextUnconfirmed()
      if (chunk === undefined) break
      try {
        const options = chunk.resend ? this.#again : this.#fresh
        this.#writable = publish!.call(this.#channel, this.#options.exchange, chunk.metric, chunk.body, options)
      } catch (error) {
        // The chunk is in flight by our books, and goes again with the next channel.
        this.#channel = undefined
        if (error instanceof IllegalOperationError) break // closed, of which its event tells
        this.#refused = true
        this.#onBroken(error as Error)
      }
    }
    if (!this.confirms) this.#settleWaiters()
  }

  /**
   * Follow the confirms of a channel by their numbers, instead of through amqplib's callbacks: those are kept in an array that
   * is moved as a whole for each confirm, so that one late confirm among 100,000 messages stops the process for seconds.
   *
   * Returns the publish function that goes with it: that of plain channels, which does not fill that array.
   */
  #trackConfirms(channel: Channel): Channel["publish"] {
    channel.removeAllListeners("ack")
    channel.removeAllListeners("nack")
    channel.on("ack", ({ deliveryTag, multiple }) => {
      if (this.#channel !== channel) return
      this.#spool.confirm(deliveryTag, multiple)
      this.#settled()
    })
    channel.on("nack", ({ deliveryTag, multiple }) => {
      if (this.#channel !== channel) return
      this.#giveUp(this.#spool.refuse(deliveryTag, multiple))
      this.#settled()
    })
    const plain = Object.getPrototypeOf(Object.getPrototypeOf(channel)) as Channel
    return plain.publish
  }

  #settled(): void {
    if (this.#spool.hasWaiting) this.#pump()
    this.#settleWaiters()
  }

  #settleWaiters(): void {
    if (this.#flushes.length > 0) {
      const passed = this.#flushes.filter(({ serial }) => this.#spool.hasPassed(serial))
      for (const waiter of passed) {
        this.#flushes.splice(this.#flushes.indexOf(waiter), 1)
        waiter.done.resolve()
      }
    }
    if (this.#room !== undefined && this.#spool.isHalfEmpty) {
      this.#room.resolve()
      this.#room = undefined
    }
  }

  #giveUp(chunks: readonly Chunk[]): void {
    for (const { metric, points, body } of chunks) {
      this.#options.logger.error(`the broker refuses a message of ${metric}: its ${points} points are lost`, {
        bytes: body.length,
      })
    }
  }

  #watchConfirms(): void {
    this.#nowMs += watchMs
    const oldest = this.#spool.oldestInFlight
    if (this.#channel === undefined || oldest === undefined) return
    const age = this.#nowMs - oldest.sentAtMs
    if (age < slowConfirmMs || this.#nowMs - this.#reportedMs < slowConfirmMs) return
    this.#reportedMs = this.#nowMs
    this.#options.logger.warn(`the broker has not confirmed a message of ${oldest.metric} for ${age / 1000} s`, {
      heldPoints: this.#spool.stats.held,
      heldBytes: this.#spool.bytes,
    })
  }
}
