import {
  decodeHistoryRequest,
  encodeHistoryResponse,
  type HistoryRequest,
  type HistoryResponseParts,
  isRpcQueue,
  MetricqError,
  managementQueue,
} from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { Deferred, unlessAborted, within } from "./deferred.js"
import { Deque } from "./deque.js"
import { HistoryError } from "./errors.js"
import {
  errorCodeHeader,
  historyContentType,
  processingDurationHeader,
  requestDurationHeader,
  tooLarge,
} from "./history-wire.js"
import { type Logger, messageOf } from "./logger.js"
import { QueueConsumer } from "./queue-consumer.js"
import { textProperty } from "./rpc-message.js"

/** Around a history request. */
export interface HistoryContext {
  /** Aborts when nobody needs the answer any more: its time is over, the connection is lost, or the database stops. */
  signal: AbortSignal
  /** What the requester calls itself: a label, not a proof. Often missing. */
  fromToken: string | undefined
  /** Longest encoded answer that is sent; a longer one is replaced by an error. May be set lower for this answer. */
  maxAnswerBytes: number
}

/** What a handler gives: an answer, or undefined if another database has to give it. */
export type HistoryAnswer = HistoryResponseParts | undefined

/** Counted from the beginning; `inWork` is of now. */
export interface DbHistoryStats {
  /** Requests answered, those with an error included. */
  answered: number
  /** Of them, those with an error. */
  failed: number
  /** Handlers that run. */
  inWork: number
}

export interface HistoryResponderOptions {
  token: string
  /** Handlers that run at once. */
  concurrency: number
  /** How long one may take. */
  timeoutMs: number
  maxAnswerBytes: number
  logger: Logger
  /** Aborts when no request should be begun any more. */
  stopping: AbortSignal
  handle(metric: string, request: HistoryRequest, context: HistoryContext): HistoryAnswer | Promise<HistoryAnswer>
}

interface Task {
  readonly message: ConsumeMessage
  readonly channel: Channel
  readonly receivedAt: number
  readonly control: AbortController
}

/**
 * Answers history requests: several at once, each within its time, and each once.
 *
 * A request is acknowledged after its answer was written. A lost connection ends those in work, as they are delivered again. While
 * the connection takes no more answers, no request is begun.
 */
export class HistoryResponder {
  readonly #options: HistoryResponderOptions
  readonly #consumer: QueueConsumer
  readonly #waiting = new Deque<Task>()
  readonly #running = new Set<Task>()
  #isWritable = true
  #answered = 0
  #failed = 0
  #idle: Deferred<void> | undefined

  constructor(options: HistoryResponderOptions) {
    this.#options = options
    this.#consumer = new QueueConsumer({
      prefetch: options.concurrency,
      onMessage: (message) => this.#take(message),
      onDetached: () => this.#dropAll(),
    })
  }

  get stats(): DbHistoryStats {
    return { answered: this.#answered, failed: this.#failed, inWork: this.#running.size }
  }

  /** Answer the requests of a queue on this channel from now on. `onCancelled`: the queue has vanished. */
  async attach(channel: Channel, queue: string, onCancelled: () => void): Promise<void> {
    this.#isWritable = true
    channel.on("drain", () => {
      if (channel !== this.#consumer.channel) return
      this.#isWritable = true
      this.#beginSome()
    })
    await this.#consumer.attach(channel, queue, onCancelled)
  }

  /** Begin no further requests, and let those in work finish for `graceMs` at most; the others are delivered to the next. */
  async stop(graceMs: number): Promise<void> {
    this.#consumer.cancel()
    if (this.#running.size > 0) {
      this.#idle = new Deferred()
      await within(graceMs, this.#idle.promise)
    }
    this.#consumer.detach()
  }

  #take(message: ConsumeMessage): void {
    if (this.#options.stopping.aborted) return
    const channel = this.#consumer.channel!
    this.#waiting.push({ message, channel, receivedAt: performance.now(), control: new AbortController() })
    this.#beginSome()
  }

  #beginSome(): void {
    const { concurrency, stopping } = this.#options
    while (this.#isWritable && this.#running.size < concurrency && !stopping.aborted) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      void this.#run(task)
    }
  }

  async #run(task: Task): Promise<void> {
    const { message, control } = task
    if (!mayReplyTo(textProperty(message, "replyTo"))) {
      this.#options.logger.warn("history request without a proper reply_to dropped", {
        from: textProperty(message, "appId"),
      })
      this.#consumer.acknowledgeOne(message)
      return
    }
    const { timeoutMs, maxAnswerBytes } = this.#options
    const metric = message.fields.routingKey
    const context = { signal: control.signal, fromToken: textProperty(message, "appId"), maxAnswerBytes }
    const begin = performance.now()
    const timer = setTimeout(() => control.abort(outOfTime(timeoutMs)), timeoutMs - (begin - task.receivedAt))
    this.#running.add(task)
    const work = this.#handle(task, context)
    // One that does not heed its signal keeps its place, so that there are never more of them.
    void work.catch(() => {}).then(() => this.#ended(task))
    try {
      const parts = await unlessAborted(work, control.signal)
      if (parts === undefined) {
        this.#leave(task)
        return
      }
      const body = encoded({ ...parts, metric: parts.metric ?? metric }, context.maxAnswerBytes)
      this.#answer(task, begin, body, parts.error)
    } catch (error) {
      this.#fail(task, begin, error)
    } finally {
      clearTimeout(timer)
    }
  }

  async #handle({ message }: Task, context: HistoryContext): Promise<HistoryAnswer> {
    return this.#options.handle(message.fields.routingKey, decodeHistoryRequest(message.content), context)
  }

  /** Another database answers. */
  #leave({ message, channel }: Task): void {
    if (channel === this.#consumer.channel) this.#consumer.acknowledgeOne(message)
  }

  #ended(task: Task): void {
    this.#running.delete(task)
    if (this.#running.size === 0) this.#idle?.resolve()
    this.#beginSome()
  }

  #answer(task: Task, begin: number, body: Uint8Array, error = "", code?: string): void {
    const { token } = this.#options
    const { message, channel, receivedAt } = task
    // Of a lost channel: the request is delivered again.
    if (channel !== this.#consumer.channel) return
    this.#answered++
    if (error !== "") this.#failed++
    const now = performance.now()
    const headers: Record<string, string> = {
      [requestDurationHeader]: seconds(now - receivedAt),
      [processingDurationHeader]: seconds(now - begin),
    }
    if (code !== undefined) headers[errorCodeHeader] = code
    try {
      this.#isWritable = channel.publish("", textProperty(message, "replyTo")!, asBuffer(body), {
        ...{ appId: token, contentType: historyContentType, headers },
        correlationId: textProperty(message, "correlationId"),
      })
      this.#consumer.acknowledgeOne(message)
    } catch {
      // The channel has just closed; the request is delivered again.
    }
  }

  #fail(task: Task, begin: number, error: unknown): void {
    if (task.channel !== this.#consumer.channel) return
    const metric = task.message.fields.routingKey
    const text = messageOf(error) || "failed"
    this.#options.logger.debug(`a history request about ${metric} failed`, { reason: error })
    const code = error instanceof MetricqError ? error.code : undefined
    this.#answer(task, begin, encodeHistoryResponse({ metric, error: text }), text, code)
  }

  #dropAll(): void {
    while (this.#waiting.shift() !== undefined);
    for (const { control } of this.#running)
      control.abort(new HistoryError("connection-lost", "nobody waits for the answer any more"))
  }
}

/** Queues of history clients have any name, but answers must not get into those that others read for other reasons. */
function mayReplyTo(queue: string | undefined): boolean {
  return queue !== undefined && queue !== managementQueue && !isRpcQueue(queue) && !/-(data|hreq)$/.test(queue)
}

/** @throws {HistoryError} `too-large`; of columns that are that for sure before they are encoded */
function encoded(parts: HistoryResponseParts, maxBytes: number): Uint8Array {
  const leastBytes = 9 * (parts.values?.length ?? 0)
  if (leastBytes > maxBytes) throw tooLarge(leastBytes, maxBytes)
  const body = encodeHistoryResponse(parts)
  if (body.length > maxBytes) throw tooLarge(body.length, maxBytes)
  return body
}

function outOfTime(timeoutMs: number): HistoryError {
  return new HistoryError("timeout", `the answer took longer than ${timeoutMs / 1000} s: ask for less`)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
