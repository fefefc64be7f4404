import { apiAddress } from "../api.js"

/** What arrives: points one by one, times in ms since 1970. */
export type OnPoint = (metric: string, time: number, value: number) => void

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 15_000

interface LiveMessage {
  last?: Record<string, { time: unknown; value: unknown } | [unknown, unknown] | null>
  points?: Record<string, [unknown, unknown][]>
  rows?: Record<string, [unknown, unknown, unknown, unknown, unknown][]>
}

/**
 * The newest points of some metrics over a WebSocket. Connects while there are metrics to follow, and again after it was cut off.
 * Where it cannot connect, {@link connected} stays false: the head tiles are then to be read more often.
 */
export class Live {
  readonly #onPoint: OnPoint
  readonly #onBatch: () => void
  #socket: WebSocket | undefined
  #metrics: readonly string[] = []
  #subscribed = new Set<string>()
  #retry = FIRST_RETRY_MS
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `onBatch` is called after the points of each message. */
  constructor(onPoint: OnPoint, onBatch: () => void) {
    this.#onPoint = onPoint
    this.#onBatch = onBatch
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Follow these metrics and no others; none closes the connection. */
  follow(metrics: readonly string[]): void {
    this.#metrics = metrics
    if (metrics.length === 0) this.close()
    else if (this.connected) this.#subscribe()
    else if (!this.#socket && this.#timer === undefined) this.#connect()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  #connect(): void {
    this.#timer = undefined
    const address = new URL(apiAddress("live"), location.href)
    address.protocol = address.protocol.replace("http", "ws")
    const socket = new WebSocket(address)
    this.#socket = socket
    socket.onopen = () => {
      this.#retry = FIRST_RETRY_MS
      this.#subscribed = new Set()
      this.#subscribe()
    }
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#take(data)
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#timer = setTimeout(() => this.#connect(), this.#retry)
      this.#retry = Math.min(LAST_RETRY_MS, this.#retry * 2)
    }
  }

  #subscribe(): void {
    const wanted = new Set(this.#metrics)
    const fresh = this.#metrics.filter((name) => !this.#subscribed.has(name))
    const gone = [...this.#subscribed].filter((name) => !wanted.has(name))
    if (fresh.length > 0) this.#socket?.send(JSON.stringify({ subscribe: fresh }))
    if (gone.length > 0) this.#socket?.send(JSON.stringify({ unsubscribe: gone }))
    this.#subscribed = wanted
  }

  #take(data: string): void {
    let message: LiveMessage
    try {
      message = JSON.parse(data)
    } catch {
      return
    }
    for (const [metric, points] of Object.entries(message.points ?? {})) {
      for (const [time, value] of points) this.#onPoint(metric, milliseconds(time), numberOf(value))
    }
    for (const [metric, rows] of Object.entries(message.rows ?? {})) {
      for (const [time, , mean] of rows) this.#onPoint(metric, milliseconds(time), numberOf(mean))
    }
    if (message.points || message.rows) this.#onBatch()
  }
}

/** Nanoseconds as a decimal string, or ms as a number. */
function milliseconds(time: unknown): number {
  if (typeof time !== "string") return Number(time)
  return Number(time.slice(0, -6)) + Number(time.slice(-6)) / 1e6
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN
}
