import type { Channel, ConfirmChannel } from "amqplib"
import { connectError } from "./connect-error.js"
import { type ConnectionUrl, maskUrl, parseConnectionUrl } from "./connection-url.js"
import { Deferred, delay, unlessAborted } from "./deferred.js"
import { AgentStopped, ReconnectTimeout } from "./errors.js"
import { Link, type TlsOptions } from "./link.js"
import { type Logger, messageOf, silentLogger } from "./logger.js"
import { version } from "./version.js"

export interface ConnectionOptions {
  /** `amqp[s]://user:password@host:port/vhost`. */
  url: string
  /** Shown by the broker as `connection_name`, and in our logs. */
  name: string
  /** Seconds; default: `heartbeat` of the URL, else 10. The smaller of ours and the broker's holds, 0 switches ours off. */
  heartbeatS?: number
  /** How long one attempt may take, without the set-up. Default 10,000. */
  attemptTimeoutMs?: number
  /** How long a lost connection is tried to be restored before `onGiveUp`. Default 600,000. */
  giveUpAfterMs?: number
  /** Pause before the first attempt to restore a lost connection, doubled for each further one. Default 100. */
  firstPauseMs?: number
  /** Longest pause between two attempts. Default 10,000. */
  longestPauseMs?: number
  tls?: TlsOptions
  logger?: Logger
  /** Further client properties of the AMQP handshake. */
  clientProperties?: Readonly<Record<string, unknown>>
  /** The connection is lost; attempts to restore it begin. */
  onLost?(error: Error): void
  /** A lost connection is restored, its set-up done. */
  onRestored?(): void
  /** It could not be restored in time and stays closed. */
  onGiveUp?(error: ReconnectTimeout): void
  /** The broker does not take messages now (`reason`), or again (undefined). */
  onBlocked?(reason: string | undefined): void
}

/** Done on every connection before it counts as open. The signal aborts when the connection is lost meanwhile. */
export type Setup = (signal: AbortSignal) => Promise<void>

/** A connection that has held this long starts its next attempts with the first pause again. */
const stableAfterMs = 10_000

const closeGraceMs = 500

/**
 * One AMQP connection that heals itself: after a loss it is made again, after a pause of 0.1 s doubling to 10 s (each
 * shortened at random by up to a half, so that a thousand clients do not return in the same moment), and all set-up
 * callbacks run again in their order.
 *
 * Life cycle: `onSetup()`… → `connect()` → (lost → restored)… → `close()`. After `close()` or giving up it stays closed.
 * Channels do not survive a loss; open them in a set-up callback.
 */
export class Connection {
  readonly name: string
  readonly #at: ConnectionUrl
  readonly #maskedUrl: string
  readonly #options: ConnectionOptions
  readonly #logger: Logger
  readonly #setups: Setup[] = []
  readonly #closing = new AbortController()
  #link: Link | undefined
  #state: "idle" | "connecting" | "open" | "lost" | "closed" = "idle"
  #open = new Deferred<void>()
  #attempts = 0
  #blocked: string | undefined

  /** @throws {DataError} `url` */
  constructor(options: ConnectionOptions) {
    this.name = options.name
    this.#options = options
    this.#at = parseConnectionUrl(options.url)
    this.#maskedUrl = maskUrl(options.url)
    this.#logger = options.logger ?? silentLogger
  }

  /** The URL with `******` for the password. */
  get url(): string {
    return this.#maskedUrl
  }

  /** The user the broker knows this connection by. */
  get username(): string {
    return this.#at.username
  }

  get heartbeatS(): number {
    return this.#options.heartbeatS ?? this.#at.heartbeat ?? 10
  }

  /** Connected, and all set-up callbacks are done. */
  get isOpen(): boolean {
    return this.#state === "open"
  }

  /** `connect()` has not been called yet. */
  get isIdle(): boolean {
    return this.#state === "idle"
  }

  /** Why the broker takes no messages now (memory or disk alarm), or undefined. */
  get blocked(): string | undefined {
    return this.#blocked
  }

  /** Add a callback that runs on every connection made from now on, after those added before. */
  onSetup(setup: Setup): void {
    this.#setups.push(setup)
  }

  /**
   * Connect and run the set-up, once.
   *
   * @throws {ConnectFailed} with the code that says why; or what a set-up callback threw. It is closed then.
   */
  async connect(options?: { signal?: AbortSignal }): Promise<void> {
    if (this.#state !== "idle") throw new AgentStopped(`${this.name} has been connected before: make a new one`)
    this.#state = "connecting"
    const signal = options?.signal
    const onAbort = () => this.#closing.abort(signal?.reason)
    if (signal?.aborted) onAbort()
    signal?.addEventListener("abort", onAbort)
    try {
      await this.#establish()
    } catch (error) {
      this.#finish(error)
      throw error
    } finally {
      signal?.removeEventListener("abort", onAbort)
    }
  }

  /** Resolves when the connection is open. Rejects when it is closed for good, or with the reason of the signal. */
  async whenOpen(signal?: AbortSignal): Promise<void> {
    while (!this.isOpen) {
      signal?.throwIfAborted()
      await (signal === undefined ? this.#open.promise : unlessAborted(this.#open.promise, signal))
    }
  }

  /**
   * Open a channel on the present connection; allowed within set-up callbacks, too.
   *
   * A channel is closed by the broker when one of its operations is refused. With `essential` (what it is for) that
   * makes the whole connection anew, so that its set-up runs again; without, only the refused operation fails.
   */
  async openChannel(options?: { essential?: string }): Promise<Channel> {
    const link = this.#present()
    return link.openChannel(this.#refusal(link, options?.essential))
  }

  /** As `openChannel`, with publisher confirms switched on. */
  async openConfirmChannel(options?: { essential?: string }): Promise<ConfirmChannel> {
    const link = this.#present()
    return link.openConfirmChannel(this.#refusal(link, options?.essential))
  }

  /** Give the present connection up, as if it had been lost, and make a new one. */
  recycle(reason: Error): void {
    this.#link?.destroy(reason)
  }

  /** Close it for good. Takes `graceMs` at most; the socket is gone then. */
  async close(graceMs = closeGraceMs): Promise<void> {
    if (this.#state === "closed") return
    const link = this.#link
    this.#finish(new AgentStopped(`${this.name} is closed`))
    await link?.close(graceMs)
  }

  async #establish(): Promise<void> {
    const link = await this.#openLink()
    this.#link = link
    try {
      await this.#setUp(link)
    } catch (error) {
      this.#link = undefined
      await link.close(closeGraceMs)
      throw error
    }
    this.#state = "open"
    this.#open.resolve()
    void link.lost.then((error) => this.#onLost(link, error))
  }

  async #openLink(): Promise<Link> {
    const { attemptTimeoutMs = 10_000, tls, clientProperties } = this.#options
    try {
      return await Link.open({
        at: this.#at,
        name: this.name,
        heartbeatS: this.heartbeatS,
        timeoutMs: attemptTimeoutMs,
        clientProperties: { product: "metricq-ts", version, ...clientProperties },
        tls,
        signal: this.#closing.signal,
        onBlocked: (reason) => this.#onBlocked(reason),
      })
    } catch (error) {
      this.#closing.signal.throwIfAborted()
      throw connectError(error, this.#at)
    }
  }

  /** A set-up that waits for something must not outlive its connection: its loss ends the wait. */
  async #setUp(link: Link): Promise<void> {
    const lost = link.lost.then((error) => {
      throw connectError(error, this.#at)
    })
    lost.catch(() => {})
    for (const setup of this.#setups) {
      await unlessAborted(Promise.race([setup(link.signal), lost]), this.#closing.signal)
    }
    if (!link.isOpen) await lost
    this.#closing.signal.throwIfAborted()
  }

  #onLost(link: Link, error: Error): void {
    if (this.#state !== "open") return
    this.#state = "lost"
    this.#link = undefined
    this.#open = new Deferred()
    this.#onBlocked(undefined)
    if (performance.now() - link.openedAt > stableAfterMs) this.#attempts = 0
    this.#logger.warn(`${this.name} lost`, { url: this.url, reason: error })
    this.#options.onLost?.(error)
    void this.#restore(error)
  }

  async #restore(cause: Error): Promise<void> {
    const giveUpAt = performance.now() + (this.#options.giveUpAfterMs ?? 600_000)
    let last: unknown = cause
    while (this.#state === "lost") {
      const pause = this.#pauseMs()
      if (performance.now() + pause > giveUpAt) {
        this.#giveUp(last)
        return
      }
      await delay(pause, this.#closing.signal)
      if (this.#state !== "lost") return
      try {
        await this.#establish()
        this.#logger.info(`${this.name} restored`, { url: this.url })
        this.#options.onRestored?.()
        return
      } catch (error) {
        last = error
        if (this.#state === "lost") this.#logger.warn(`${this.name} not restored yet`, { url: this.url, reason: error })
      }
    }
  }

  #pauseMs(): number {
    const { firstPauseMs = 100, longestPauseMs = 10_000 } = this.#options
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#attempts++, 30))
    return pause * (1 - Math.random() / 2)
  }

  #giveUp(cause: unknown): void {
    const seconds = Math.round((this.#options.giveUpAfterMs ?? 600_000) / 1000)
    const error = new ReconnectTimeout(`${this.name} could not be restored in ${seconds} s: ${messageOf(cause)}`, {
      cause,
    })
    this.#finish(error)
    this.#options.onGiveUp?.(error)
  }

  #finish(reason: unknown): void {
    this.#state = "closed"
    this.#link = undefined
    this.#open.reject(reason)
    this.#closing.abort(reason)
  }

  #present(): Link {
    if (this.#link === undefined) throw new AgentStopped(`${this.name} is not connected`, { code: "not-connected" })
    return this.#link
  }

  #refusal(link: Link, essential: string | undefined): ((error: Error) => void) | undefined {
    if (essential === undefined) return undefined
    return (error) => {
      this.#logger.error(`the broker closed the ${essential} channel of ${this.name}`, { reason: error })
      link.destroy(error)
    }
  }

  #onBlocked(reason: string | undefined): void {
    if (this.#blocked === reason) return
    this.#blocked = reason
    if (reason !== undefined) this.#logger.warn(`${this.name}: the broker takes no messages now`, { reason })
    else if (this.#state === "open") this.#logger.info(`${this.name}: the broker takes messages again`)
    this.#options.onBlocked?.(reason)
  }
}

/** Close a channel without waiting: amqplib's promise stays pending for ever when the connection dies meanwhile. */
export function releaseChannel(channel: Channel): void {
  channel.close().catch(() => {})
}
