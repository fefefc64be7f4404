import { ColumnBuffer, type Columns, decodeDataChunk, decodeDataChunkInto } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { AckWindow } from "./ack-window.js"
import { Deferred, delay, within } from "./deferred.js"
import { Deque } from "./deque.js"
import { type Logger, messageOf } from "./logger.js"
import { QueueConsumer } from "./queue-consumer.js"
import { isPromise, retryPausesMs } from "./receiver.js"

/** Counted from the beginning; `inWork` and `held` are those of now. */
export interface DbDataStats {
  /** Points stored. */
  points: number
  /** Messages settled, whatever they were. */
  messages: number
  /** Points of messages that were given up after their last attempt. */
  setAside: number
  /** Messages that were no data chunk. */
  malformed: number
  /** Messages received and not settled. */
  inWork: number
  /** Those of them that wait until the storage takes something again. */
  held: number
}

export interface ConcurrentReceiverOptions {
  /** Messages the broker sends ahead of their acknowledgement. */
  prefetch: number
  /** Bytes of messages that are not settled. Where more come, the prefetch is lowered. */
  maxBytes: number
  logger: Logger
  /** Aborts when no message should be begun any more. */
  stopping: AbortSignal
  /**
   * Handle a message. The columns are used again as soon as the call has returned, before its promise resolves. Messages in a row that get the
   * same promise are settled together, which costs much less.
   */
  handle(metric: string, columns: Columns): void | Promise<void>
  /** A message was given up after its last attempt. The columns are the callee's. */
  onSetAside(metric: string, columns: Columns, error: unknown): void
  /** More bytes came than there should be: the connection is to be made anew, with the prefetch that is set now. */
  onOverflow(error: Error): void
}

/** Codes of errors of a storage that may take the same message later. */
const storageCodes: ReadonlySet<unknown> = new Set(["disk-full", "read-only", "io", "busy"])

const firstPauseMs = 100
const longestPauseMs = 5000
const reportMs = 60_000

interface Delivery {
  readonly message: ConsumeMessage
  readonly session: Session
  points: number
  failures: number
}

/** Messages in a row whose handlers gave the same promise. */
interface Group {
  readonly pending: Promise<void>
  readonly session: Session
  readonly deliveries: Delivery[]
  /** As of `#begin`. */
  refusal: Promise<unknown>
}

/** What belongs to one channel. Its messages come again when it is gone, so nobody needs to finish them then. */
class Session {
  readonly window = new AckWindow()
  readonly held = new Deque<Delivery>()
  bytes = 0
  unsettled = 0
  /** Handlers that run. */
  running = 0
  heldCount = 0
  /** Too much has come: the broker is asked to deliver it again in smaller portions. */
  isClosing = false
  /** The storage takes nothing; what comes is held. */
  isHolding = false
}

/**
 * Takes the messages of a queue to a handler that can work on many at once: each is handed over as it comes.
 *
 * A message is acknowledged after its own handler has finished and all before it are settled; otherwise as with a `Receiver`, but that
 * messages which fail because the storage is full, read-only or reports errors are kept, unacknowledged, and tried again for ever; so are
 * those which come meanwhile. The broker keeps what the prefetch does not let through.
 */
export class ConcurrentReceiver {
  readonly #stats = { points: 0, messages: 0, setAside: 0, malformed: 0 }
  readonly #options: ConcurrentReceiverOptions
  readonly #consumer: QueueConsumer
  readonly #buffer = new ColumnBuffer()
  #session = new Session()
  /** The group that is not settled yet and can grow. */
  #group: Group | undefined
  /** Handlers that run, those of channels before included. */
  #running = 0
  #isCatchingUp = false
  #reportAt = 0
  #idle: Deferred<void> | undefined

  constructor(options: ConcurrentReceiverOptions) {
    this.#options = options
    this.#consumer = new QueueConsumer({
      prefetch: options.prefetch,
      onMessage: (message) => this.#take(message),
      onDetached: () => {
        this.#session = new Session()
      },
    })
  }

  get stats(): Readonly<DbDataStats> {
    return { ...this.#stats, inWork: this.#session.unsettled, held: this.#session.heldCount }
  }

  /** Consume a queue on this channel from now on, which is used for nothing else. `onCancelled`: the queue has vanished. */
  attach(channel: Channel, queue: string, onCancelled: () => void): Promise<void> {
    return this.#consumer.attach(channel, queue, onCancelled)
  }

  /** Take no further messages, let the handlers that are running finish for `graceMs` at most, and acknowledge what is done. */
  async stop(graceMs: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#consumer.cancel()
    if (this.#session.running > 0) {
      this.#idle = new Deferred()
      await within(graceMs, this.#idle.promise)
    }
    this.#consumer.acknowledge()
    this.#consumer.detach()
  }

  #take(message: ConsumeMessage): void {
    if (this.#options.stopping.aborted) return
    const session = this.#session
    session.unsettled++
    session.bytes += message.content.length
    const delivery: Delivery = { message, session, points: 0, failures: 0 }
    if (message.properties.type === "end") this.#settle(session, [delivery])
    else this.#beginOrHold(delivery)
    if (session.bytes > this.#options.maxBytes) this.#lowerPrefetch(session)
  }

  /** Hand a message over. Gives, perhaps later, the error of the storage if that is why it is held now. */
  #begin(delivery: Delivery): unknown {
    const { message, session } = delivery
    const metric = message.fields.routingKey
    try {
      decodeDataChunkInto(message.content, this.#buffer)
    } catch (error) {
      this.#stats.malformed++
      this.#options.logger.error(`a message of ${metric} is no data chunk`, { reason: error })
      return this.#settle(session, [delivery])
    }
    delivery.points = this.#buffer.length
    if (delivery.points === 0) return this.#settle(session, [delivery])
    session.running++
    this.#running++
    try {
      const pending = this.#options.handle(metric, this.#buffer.columns())
      if (!isPromise(pending)) return this.#stored(session, [delivery])
      return this.#joined(delivery, pending).refusal
    } catch (error) {
      return this.#failed(delivery, error)
    }
  }

  #joined(delivery: Delivery, pending: Promise<void>): Group {
    const { session } = delivery
    const last = this.#group
    if (last?.pending === pending && last.session === session) {
      last.deliveries.push(delivery)
      return last
    }
    const group: Group = { pending, session, deliveries: [delivery], refusal: Promise.resolve() }
    // It must not grow any more once its end is worked on, also if a handler gives a promise again that has resolved before.
    const close = () => {
      if (this.#group === group) this.#group = undefined
    }
    group.refusal = pending.then(
      () => {
        close()
        this.#stored(session, group.deliveries)
      },
      (error: unknown) => {
        close()
        return group.deliveries.map((each) => this.#failed(each, error)).find((refusal) => refusal !== undefined)
      },
    )
    this.#group = group
    return group
  }

  #stored(session: Session, deliveries: readonly Delivery[]): void {
    this.#ended(session, deliveries.length)
    if (!this.#isCurrent(session)) return
    for (const delivery of deliveries) this.#stats.points += delivery.points
    this.#settle(session, deliveries)
  }

  #failed(delivery: Delivery, error: unknown): unknown {
    const { session, message } = delivery
    this.#ended(session, 1)
    if (!this.#isCurrent(session) || this.#options.stopping.aborted) return
    if (isOfStorage(error)) {
      this.#hold(delivery)
      if (!session.isHolding) void this.#waitForStorage(session, error)
      return error
    }
    const pauseMs = retryPausesMs[delivery.failures++]
    if (pauseMs === undefined) return this.#setAside(delivery, error)
    const metric = message.fields.routingKey
    this.#options.logger.debug(`handling a message of ${metric} failed, it is tried again`, { reason: error })
    setTimeout(() => this.#again(delivery), pauseMs).unref()
  }

  #again(delivery: Delivery): void {
    if (!this.#isCurrent(delivery.session) || this.#options.stopping.aborted) return
    this.#beginOrHold(delivery)
  }

  /** However often the connection is lost, only so many messages are in the hands of the storage. */
  get #mostRunning(): number {
    return 2 * this.#options.prefetch
  }

  #beginOrHold(delivery: Delivery): void {
    if (delivery.session.isHolding || this.#running >= this.#mostRunning) this.#hold(delivery)
    else this.#begin(delivery)
  }

  #hold(delivery: Delivery): void {
    delivery.session.held.push(delivery)
    delivery.session.heldCount++
  }

  /** Try those that are held after ever longer pauses: one first, and twice as many each time the storage has taken all. */
  async #waitForStorage(session: Session, cause: unknown): Promise<void> {
    session.isHolding = true
    let reason: unknown = cause
    let pauseMs = firstPauseMs
    let count = 1
    while (!session.held.isEmpty) {
      if (reason !== undefined) {
        this.#report(session, reason)
        await delay(pauseMs, this.#options.stopping)
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
        count = 1
      }
      if (!this.#isCurrent(session) || this.#options.stopping.aborted) return
      const refusals = await Promise.all(this.#beginHeld(session, count))
      reason = refusals.find((refusal) => refusal !== undefined)
      count *= 2
      if (reason === undefined) pauseMs = firstPauseMs
    }
    session.isHolding = false
    this.#options.logger.info("the storage takes data again")
  }

  /** At most `count` of those that are held now: some may be held again at once. */
  #beginHeld(session: Session, count: number): unknown[] {
    const begun: unknown[] = []
    for (let left = Math.min(count, session.heldCount); left > 0; left--) {
      session.heldCount--
      begun.push(this.#begin(session.held.shift()!))
    }
    return begun
  }

  #report(session: Session, reason: unknown): void {
    const now = performance.now()
    if (now < this.#reportAt) return
    this.#reportAt = now + reportMs
    this.#options.logger.error("the storage takes nothing: messages wait", { messages: session.unsettled, reason })
  }

  #setAside(delivery: Delivery, error: unknown): void {
    const { content, fields } = delivery.message
    const metric = fields.routingKey
    this.#stats.setAside += delivery.points
    this.#options.logger.error(`a message of ${metric} is set aside`, { points: delivery.points, reason: error })
    try {
      this.#options.onSetAside(metric, decodeDataChunk(content), error)
    } catch (hookError) {
      this.#options.logger.error("setting a message aside failed", { reason: messageOf(hookError) })
    }
    this.#settle(delivery.session, [delivery])
  }

  #settle(session: Session, deliveries: readonly Delivery[]): void {
    session.unsettled -= deliveries.length
    this.#stats.messages += deliveries.length
    let more = 0
    for (const { message } of deliveries) {
      session.bytes -= message.content.length
      more += session.window.settle(message.fields.deliveryTag)
    }
    if (more > 0) this.#consumer.settle(session.window.last, more)
  }

  #ended(session: Session, handlers: number): void {
    session.running -= handlers
    this.#running -= handlers
    if (this.#session.running === 0) this.#idle?.resolve()
    if (!this.#session.held.isEmpty && !this.#isCatchingUp) this.#catchUp(this.#session)
  }

  /** Those that were held because of too many in the hands of the storage. */
  #catchUp(session: Session): void {
    this.#isCatchingUp = true
    const mayBegin = () => !session.isHolding && this.#running < this.#mostRunning && !this.#options.stopping.aborted
    while (!session.held.isEmpty && mayBegin()) this.#beginHeld(session, 1)
    this.#isCatchingUp = false
  }

  #isCurrent(session: Session): boolean {
    return session === this.#session
  }

  /** The broker has sent what it may, and cannot be told to send less on this channel. */
  #lowerPrefetch(session: Session): void {
    const prefetch = Math.max(1, Math.floor(session.unsettled / 2))
    if (prefetch >= this.#consumer.prefetch || session.isClosing) return
    session.isClosing = true
    this.#consumer.prefetch = prefetch
    const mib = Math.round(session.bytes / 1024 / 1024)
    this.#options.onOverflow(
      new Error(`${session.unsettled} messages hold ${mib} MiB: from now on at most ${prefetch}`),
    )
  }
}

/** By its code alone, as an error that comes from another thread has no class. */
function isOfStorage(error: unknown): boolean {
  return storageCodes.has((error as { code?: unknown } | null | undefined)?.code)
}
