import {
  decodeHistoryResponse,
  encodeHistoryRequest,
  type HistoryRequest,
  InvalidHistoryResponse,
  MetricqError,
  type HistoryResponse as WireResponse,
} from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { HistoryError, PeerAway, TimeoutError } from "./errors.js"
import { HistoryResponse } from "./history-response.js"
import {
  codeOfText,
  durationOf,
  errorCodeHeader,
  historyContentType,
  processingDurationHeader,
  requestDurationHeader,
} from "./history-wire.js"
import type { Logger } from "./logger.js"
import { PendingRequests } from "./pending-requests.js"
import { QueueConsumer } from "./queue-consumer.js"
import { textProperty } from "./rpc-message.js"

/** Counted from the beginning; `pending` is of now. */
export interface HistoryClientStats {
  /** Requests that wait for their answer. */
  pending: number
  /** Answers that requests have got, errors and malformed ones included. */
  answers: number
  /** Answers dropped because nobody waited for them any more: those of further databases that store a metric, or after the timeout. */
  surplus: number
}

export interface HistoryCallerOptions {
  token: string
  logger: Logger
}

/** Requests that databases have at once; more wait here. */
const mostInFlight = 1000
/** Requests beyond this many are refused at once. */
const mostPending = 100_000
const prefetch = 100

/**
 * The asking half of the history network: sends requests, and finds the one an answer belongs to.
 *
 * Requests made while there is no channel wait for the next one, within their timeout. When one is lost, they are sent again on the
 * next: reading has no effect that could be doubled.
 */
export class HistoryCaller {
  readonly #options: HistoryCallerOptions
  readonly #pending: PendingRequests<ConsumeMessage>
  readonly #consumer: QueueConsumer
  #exchange = ""
  #replyTo = ""
  #answers = 0
  #surplus = 0

  constructor(options: HistoryCallerOptions) {
    this.#options = options
    this.#pending = new PendingRequests(`mq-history-ts-${options.token}`, mostInFlight)
    this.#consumer = new QueueConsumer({ prefetch, onMessage: (message) => this.#take(message) })
  }

  get stats(): HistoryClientStats {
    return { pending: this.#pending.size, answers: this.#answers, surplus: this.#surplus }
  }

  /** Use this channel from now on, to ask by this exchange and be answered by this queue. `onCancelled`: the queue has vanished. */
  async attach(channel: Channel, exchange: string, queue: string, onCancelled: () => void): Promise<void> {
    this.#exchange = exchange
    this.#replyTo = queue
    await this.#consumer.attach(channel, queue, onCancelled)
    this.#pending.attach(channel)
  }

  /** Fail all requests, for good. */
  close(error: Error): void {
    this.#pending.close(error)
    this.#consumer.detach()
  }

  /** Ask, and wait for the first answer. */
  call(
    metric: string,
    request: Partial<HistoryRequest>,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<HistoryResponse> {
    const body = encodeHistoryRequest(request)
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= mostPending)
        throw new PeerAway("history-busy", `${mostPending} history requests wait for answers: no more`)
      this.#pending.start({
        exchange: this.#exchange,
        routingKey: metric,
        body: Buffer.from(body.buffer, body.byteOffset, body.length),
        properties: { contentType: historyContentType, replyTo: this.#replyTo, appId: this.#options.token },
        timeoutMs,
        signal,
        repeatable: true,
        onAnswer(message) {
          try {
            resolve(responseOf(metric, message))
          } catch (error) {
            reject(error)
          }
          return true
        },
        onTimeout: () => reject(new TimeoutError(`no database has answered about ${metric} in ${timeoutMs / 1000} s`)),
        onReturned: () => reject(new HistoryError("not-stored", `no database stores ${metric}`, { metric })),
        onLost() {},
        onAborted: reject,
      })
    })
  }

  #take(message: ConsumeMessage): void {
    if (this.#pending.take(textProperty(message, "correlationId"), message)) this.#answers++
    else {
      this.#surplus++
      this.#options.logger.debug("a history answer nobody waits for", { from: textProperty(message, "appId") })
    }
    this.#consumer.settle(message.fields.deliveryTag)
  }
}

/** @throws {HistoryError} if the database refuses; {InvalidHistoryResponse} */
function responseOf(metric: string, message: ConsumeMessage): HistoryResponse {
  const headers: Record<string, unknown> = message.properties.headers ?? {}
  const response = decoded(metric, message)
  if (response.error !== "") {
    const code = headers[errorCodeHeader]
    const database = textProperty(message, "appId") ?? "a database"
    throw new HistoryError(
      typeof code === "string" ? code : codeOfText(response.error),
      `${database} does not answer about ${metric}: ${response.error}`,
      { metric },
    )
  }
  return new HistoryResponse(response, {
    requestDuration: durationOf(headers[requestDurationHeader]),
    processingDuration: durationOf(headers[processingDurationHeader]),
  })
}

function decoded(metric: string, message: ConsumeMessage): WireResponse {
  try {
    return decodeHistoryResponse(message.content)
  } catch (cause) {
    if (!(cause instanceof MetricqError)) throw cause
    const database = textProperty(message, "appId") ?? "a database"
    const text = `what ${database} has answered about ${metric} is no history response: ${cause.message}`
    throw new InvalidHistoryResponse("history-response", text, { cause })
  }
}
