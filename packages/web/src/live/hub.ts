import { AgentStopped, type Columns, type Logger, type Metadata, type SubscribedMetrics } from "@metricq/client"
import { Channel, type LastPoint, type Listener } from "./channel.js"
import { LastValues } from "./last-values.js"

/** What a hub needs of a sink. */
export interface HubSink {
  connect(): Promise<void>
  subscribe(metrics: readonly string[]): Promise<SubscribedMetrics>
  unsubscribe(metrics: readonly string[]): Promise<void>
  stop(): Promise<void>
  stopped(): Promise<unknown>
}

export interface HubOptions {
  /** A sink that is not connected yet, and hands its points to `receive`. */
  readonly createSink: (receive: (metric: string, columns: Columns) => void) => HubSink
  /** The newest stored point of a metric; undefined if there is none. */
  readonly lastValue: (metric: string) => Promise<LastPoint | undefined>
  readonly logger: Logger
  /** How long a metric that nobody listens to stays subscribed, for those who come back. Default 10 s. */
  readonly lingerMs?: number
  /** First and longest time until what has failed is tried again. Default 1 s and 30 s. */
  readonly retryMs?: readonly [first: number, longest: number]
}

/** Names that gather for so long go into one subscription. */
const gatherMs = 10

/** Names in one subscription. */
const atOnce = 5000

/**
 * One sink for everybody who looks at live values. A metric is subscribed while somebody listens to it.
 *
 * The sink connects with the first listener and reconnects by itself; if it gives up, a new one takes its place. What cannot be
 * subscribed is tried again, with back-off, as long as somebody listens. Life cycle: `close()`, once.
 */
export class LiveHub {
  readonly #options: HubOptions
  readonly #lastValues: LastValues
  readonly #channels = new Map<string, Channel>()
  readonly #retryMs: readonly [number, number]
  readonly #lingerMs: number
  #sink: HubSink | undefined
  #working = false
  #failures = 0
  #retryAt = 0
  #timer: NodeJS.Timeout | undefined
  #due = Number.POSITIVE_INFINITY
  #isClosed = false
  #points = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#retryMs = options.retryMs ?? [1000, 30_000]
    this.#lingerMs = options.lingerMs ?? 10_000
    this.#lastValues = new LastValues(options.lastValue)
  }

  /** Metrics that are subscribed, or will be. */
  get size(): number {
    return this.#channels.size
  }

  /** Points that have come in. */
  get points(): number {
    return this.#points
  }

  /**
   * Listen to metrics, whose names are valid. Resolves with their metadata when all points sent from then on will come; some may come before.
   *
   * Does not reject: while it cannot be done, `onTrouble` says so, and it goes on until it works or the listener leaves.
   */
  async listen(listener: Listener, metrics: readonly string[]): Promise<Record<string, Metadata | null>> {
    const channels = metrics.map((metric) => this.#channel(metric))
    for (const channel of channels) {
      channel.listeners.add(listener)
      channel.idleSince = undefined
    }
    if (channels.some(({ isSubscribed }) => !isSubscribed)) this.#workSoon()
    const metadata = await Promise.all(channels.map((channel) => channel.ready()))
    return Object.fromEntries(metrics.map((metric, i) => [metric, metadata[i]!]))
  }

  /** Listen to metrics no more. */
  leave(listener: Listener, metrics: Iterable<string>): void {
    for (const metric of metrics) {
      const channel = this.#channels.get(metric)
      if (channel === undefined || !channel.listeners.delete(listener) || channel.listeners.size > 0) continue
      channel.idleSince = performance.now()
      this.#workIn(this.#lingerMs)
    }
  }

  /** The newest point of a metric that somebody listens to: what has come in, or else what is stored. Undefined if nobody knows one. */
  async last(metric: string): Promise<LastPoint | undefined> {
    const channel = this.#channels.get(metric)
    if (channel?.last !== undefined) return channel.last
    const stored = await this.#lastValues.get(metric)
    if (channel !== undefined) channel.last ??= stored
    return channel?.last ?? stored
  }

  /** Stop the sink. Listeners hear nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#channels.clear()
    await this.#sink?.stop()
  }

  #channel(metric: string): Channel {
    let channel = this.#channels.get(metric)
    if (channel === undefined) {
      channel = new Channel(metric)
      this.#channels.set(metric, channel)
    }
    return channel
  }

  #receive(metric: string, columns: Columns): void {
    this.#points += columns.times.length
    this.#channels.get(metric)?.deliver(columns)
  }

  /** Look for work as soon as the back-off allows. */
  #workSoon(): void {
    this.#workIn(Math.max(gatherMs, this.#retryAt - performance.now()))
  }

  /** Look for work in so long, unless that happens sooner anyway. */
  #workIn(ms: number): void {
    if (this.#isClosed) return
    const due = performance.now() + ms
    if (this.#timer !== undefined && this.#due <= due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => void this.#work(), ms)
  }

  /** Subscribe what is wanted, and unsubscribe what is not; one of these at a time. */
  async #work(): Promise<void> {
    this.#timer = undefined
    if (this.#working || this.#isClosed) return
    this.#working = true
    try {
      await this.#release()
      await this.#acquire()
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#working = false
      this.#planNext()
    }
  }

  async #acquire(): Promise<void> {
    for (;;) {
      const wanted = [...this.#channels.values()].filter((one) => !one.isSubscribed && one.listeners.size > 0)
      if (wanted.length === 0 || this.#isClosed) return
      const some = wanted.slice(0, atOnce)
      const sink = await this.#connected()
      const metadata = await sink.subscribe(some.map(({ metric }) => metric))
      if (sink !== this.#sink) throw new AgentStopped("the sink for live values has stopped")
      this.#failures = 0
      for (const channel of some) channel.settle(metadata[channel.metric] ?? null)
    }
  }

  async #release(): Promise<void> {
    const before = performance.now() - this.#lingerMs
    const idle = [...this.#channels.values()].filter(({ idleSince }) => idleSince !== undefined && idleSince <= before)
    for (const { metric } of idle) this.#channels.delete(metric)
    const metrics = idle.filter(({ isSubscribed }) => isSubscribed).map(({ metric }) => metric)
    try {
      for (let from = 0; from < metrics.length; from += atOnce) {
        await this.#sink?.unsubscribe(metrics.slice(from, from + atOnce))
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#options.logger.info("metrics that nobody looks at are still subscribed", { reason })
    }
  }

  async #connected(): Promise<HubSink> {
    if (this.#sink !== undefined) return this.#sink
    const sink = this.#options.createSink((metric, columns) => {
      if (sink === this.#sink) this.#receive(metric, columns)
    })
    this.#sink = sink
    try {
      await sink.connect()
    } catch (error) {
      this.#sink = undefined
      throw error
    }
    const gone = (reason: unknown) => this.#lose(sink, reason)
    sink.stopped().then(gone, gone)
    return sink
  }

  /** The sink has given up: begin again with another one. */
  #lose(sink: HubSink, reason: unknown): void {
    if (sink !== this.#sink || this.#isClosed) return
    this.#sink = undefined
    for (const channel of this.#channels.values()) channel.isSubscribed = false
    this.#fail(reason)
    this.#planNext()
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return
    const [first, longest] = this.#retryMs
    this.#retryAt = performance.now() + Math.min(longest, first * 2 ** Math.min(this.#failures, 30))
    this.#failures++
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.logger.warn("live values cannot be had, trying again", { reason })
    const told = new Set<Listener>()
    for (const { isSubscribed, listeners } of this.#channels.values()) {
      if (!isSubscribed) for (const listener of listeners) told.add(listener)
    }
    for (const listener of told) listener.onTrouble(reason)
  }

  #planNext(): void {
    const channels = [...this.#channels.values()]
    if (channels.some(({ isSubscribed, listeners }) => !isSubscribed && listeners.size > 0)) this.#workSoon()
    const idle = channels.map(({ idleSince }) => idleSince).filter((since) => since !== undefined)
    if (idle.length > 0) this.#workIn(Math.max(0, Math.min(...idle) + this.#lingerMs - performance.now()) + 1)
  }
}
