import { type JsonObject, MetricqError } from "@metricq/protocol"

/**
 * The agent has stopped. Its `cause` is what stopped it, where something did.
 *
 * Base of the errors that end an agent; `stopped()` and `run()` reject with one of them.
 */
export class AgentStopped extends MetricqError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? "agent-stopped", message, options)
  }
}

/**
 * The first connection could not be made, and the agent has given up; `code` says why:
 *
 * `broker-away` nobody answers at that address · `login-refused` wrong user or password · `vhost-refused` no such vhost,
 * or not for this user · `tls-refused` certificate or TLS trouble · `not-amqp` something else listens there ·
 * `token-in-use` another client holds the token · `manager-away` no manager on this network ·
 * `no-configuration` the manager has none for this token · `connect-failed` anything else, see `cause`.
 */
export class ConnectFailed extends AgentStopped {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, { ...options, code })
  }
}

/** A lost connection could not be restored within the connection timeout, and the agent has stopped. */
export class ReconnectTimeout extends AgentStopped {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: "reconnect-timeout" })
  }
}

/** The agent was stopped by a signal. */
export class ReceivedSignal extends AgentStopped {
  /** Name of the signal, such as `SIGTERM`. */
  readonly signal: string

  constructor(signal: string) {
    super(`stopped by ${signal}`, { code: "received-signal" })
    this.signal = signal
  }
}

/** Points could not be handed over: the spool is full (`spool-full`), or a flush ended before its confirms (`flush-timeout`). */
export class PublishFailed extends MetricqError {}

/**
 * The peer understood the request and refused it. Repeating the same request gives the same answer.
 *
 * A handler throws it to refuse a request: the answer is then `{"error": message}` with the keys of `answer` beside it.
 * The caller gets it with the whole answer; `code` is the answer's, where it has one.
 */
export class RPCError extends MetricqError {
  readonly answer: JsonObject

  constructor(message: string, options?: ErrorOptions & { answer?: JsonObject }) {
    const code = options?.answer?.code
    super(typeof code === "string" ? code : "rpc-error", message, options)
    this.answer = options?.answer ?? {}
  }
}

/** The request was not delivered, because nobody takes it: it had no effect, and may be repeated later. */
export class PeerAway extends MetricqError {}

/**
 * There is no history, or not this way: a database has refused the request, or nobody stores the metric.
 *
 * `code`: `not-stored` no database has the metric · `too-large` the answer would be too long: ask for less at once · `timeout` the
 * database has given up · `history-error` anything else, unless the database says more exactly what it is (`damaged`, `io`).
 *
 * A database throws it to refuse a request; message and code go to who asked.
 */
export class HistoryError extends MetricqError {
  /** Name of the metric; "" where a database has thrown it without. */
  readonly metric: string

  constructor(code: string, message: string, options?: ErrorOptions & { metric?: string }) {
    super(code, message, options)
    this.metric = options?.metric ?? ""
  }
}

/** No answer in time. The request may or may not have taken effect. */
export class TimeoutError extends MetricqError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? "timeout", message, options)
  }
}
