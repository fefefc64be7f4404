import { setImmediate as nextTurn } from "node:timers/promises"
import {
  connect as amqpConnect,
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type SocketOptions,
} from "amqplib"
import type { ConnectionUrl } from "./connection-url.js"
import { Deferred, within } from "./deferred.js"

/** TLS settings for `amqps://`, as `node:tls` takes them. By default the system's authorities are trusted and the host name is checked. */
export interface TlsOptions {
  ca?: string | Buffer | (string | Buffer)[]
  cert?: string | Buffer
  key?: string | Buffer
  passphrase?: string
  servername?: string
  rejectUnauthorized?: boolean
}

export interface LinkOptions {
  at: ConnectionUrl
  /** Shown by the broker as `connection_name`. */
  name: string
  heartbeatS: number
  /** For TCP, TLS and the AMQP handshake together. */
  timeoutMs: number
  clientProperties: Readonly<Record<string, unknown>>
  tls?: TlsOptions
  signal?: AbortSignal
  onBlocked(reason: string | undefined): void
}

/**
 * One AMQP connection from its handshake to its end; it never comes back. `Connection` makes a new one after each loss.
 *
 * Whatever ends it, `lost` resolves once with the reason, `signal` aborts, and the socket is destroyed: a peer that has
 * gone silent cannot keep the process alive.
 */
export class Link {
  readonly lost: Promise<Error>
  readonly openedAt = performance.now()
  readonly #model: ChannelModel
  readonly #ended = new Deferred<Error>()
  readonly #control = new AbortController()
  readonly #socket: AbortController
  #error: Error | undefined

  private constructor(model: ChannelModel, socket: AbortController, onBlocked: LinkOptions["onBlocked"]) {
    this.#model = model
    this.#socket = socket
    this.lost = this.#ended.promise
    model.on("error", (error) => {
      this.#error = error
    })
    model.on("close", (error) => this.#end(error ?? this.#error ?? new Error("the connection was closed")))
    model.on("blocked", (reason) => onBlocked(String(reason)))
    model.on("unblocked", () => onBlocked(undefined))
  }

  /** Open a connection. Rejects with what amqplib or the socket reported, or with the reason of an aborted signal. */
  static async open(options: LinkOptions): Promise<Link> {
    const { at, signal } = options
    signal?.throwIfAborted()
    const socket = new AbortController()
    const failed = new Deferred<never>()
    const cancel = (reason: unknown) => {
      failed.reject(reason)
      socket.abort()
    }
    const onAbort = () => cancel(signal?.reason)
    signal?.addEventListener("abort", onAbort)
    const timer = setTimeout(() => cancel(new Error("ETIMEDOUT: no AMQP handshake in time")), options.timeoutMs)
    try {
      const opening = amqpConnect(
        { ...at, vhost: encodeURIComponent(at.vhost), heartbeat: options.heartbeatS },
        socketOptions(),
      )
      opening.then(
        (model) => model.on("error", () => {}),
        () => {},
      )
      return new Link(await Promise.race([opening, failed.promise]), socket, options.onBlocked)
    } catch (error) {
      socket.abort()
      throw error
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener("abort", onAbort)
    }

    function socketOptions(): SocketOptions {
      const own: SocketOptions & { signal: AbortSignal } = {
        ...options.tls,
        noDelay: true,
        signal: socket.signal,
        clientProperties: { ...options.clientProperties, connection_name: options.name },
      }
      return own
    }
  }

  /** Aborts when the connection ends. */
  get signal(): AbortSignal {
    return this.#control.signal
  }

  get isOpen(): boolean {
    return !this.#control.signal.aborted
  }

  /**
   * Open a channel. When the broker closes it with an error, `onRefused` gets that error; the connection lives on.
   * Errors of a channel without `onRefused` are seen by whoever waits for its replies.
   */
  async openChannel(onRefused?: (error: Error) => void): Promise<Channel> {
    return guard(await this.#model.createChannel(), onRefused)
  }

  /** As `openChannel`, with publisher confirms switched on. */
  async openConfirmChannel(onRefused?: (error: Error) => void): Promise<ConfirmChannel> {
    return guard(await this.#model.createConfirmChannel(), onRefused)
  }

  /** Close as AMQP asks for it, but in `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    if (!this.isOpen) return
    // What was published in this turn amqplib writes in the next one; closed now, it would be lost.
    await nextTurn()
    await nextTurn()
    // A connection that dies before close-ok leaves amqplib's promise pending for ever; `lost` covers that.
    const closing = this.#model.close().catch(() => {})
    await within(graceMs, Promise.race([closing, this.lost]))
    this.destroy(new Error("closed by this client"))
  }

  /** End it at once, without asking the peer. */
  destroy(reason: Error): void {
    this.#error ??= reason
    this.#socket.abort()
    this.#end(this.#error)
  }

  #end(error: Error): void {
    if (!this.isOpen) return
    this.#ended.resolve(error)
    this.#control.abort(error)
    // Leaves a close-ok time to go out, and then ends a socket whose peer does not answer.
    setTimeout(() => this.#socket.abort(), 200).unref()
  }
}

function guard<C extends Channel>(channel: C, onRefused: ((error: Error) => void) | undefined): C {
  channel.on("error", (error) => onRefused?.(error))
  return channel
}
