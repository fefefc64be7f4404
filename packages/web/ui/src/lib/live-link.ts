import type { LastValue } from "../api.js"
import { type PlainSocket, SteadySocket } from "./steady-socket.js"

export interface LiveLinkOptions {
  /** Begins a connection to `/api/v1/live`. */
  connect: () => PlainSocket
  /** Newest points, without a connection: `POST /api/v1/last`. */
  ask: (metrics: string[]) => Promise<Record<string, LastValue | null>>
  /** Called with what has become known, a batch at a time; null: nobody knows a value. */
  onValues: (values: ReadonlyMap<string, LastValue | null>) => void
}

interface LiveMessage {
  last?: Record<string, [string, number | null] | null>
  points?: Record<string, [string, number | null][]>
  rows?: Record<string, [string, number | null, number | null, number | null, number][]>
  error?: { code: string }
}

const INTERVAL_MS = 1000
/** Half of what the server lets one viewer watch; the others are asked for. */
export const MOST_LIVE = 1000
/** Changes of one moment, of many rows that come into sight, go in one message. */
const GATHER_MS = 60
/** What goes out of sight may be in sight again, as when a list is scrolled a little. */
const LINGER_MS = 1000
const ASK_EVERY_MS = 2000
const MOST_ASKED = 500
/** A connection that nobody needs stays as long: the next page may. */
const IDLE_MS = 10_000
/** So long after the server said that it cannot listen, values are asked for as well. */
const DEAF_MS = 5000

/**
 * Current values of the metrics that are in sight, over one connection for everybody who looks: a row a second of each, whose mean is
 * the value. What the connection cannot give – while it is away, or beyond {@link MOST_LIVE} metrics – is asked for every two seconds.
 * A connection that was cut off is made again after 0.5 to 15 seconds.
 */
export class LiveLink {
  readonly #options: LiveLinkOptions
  readonly #socket: SteadySocket
  readonly #watched = new Map<string, number>()
  #subscribed = new Set<string>()
  #gathering: ReturnType<typeof setTimeout> | undefined
  #idling: ReturnType<typeof setTimeout> | undefined
  #asking: ReturnType<typeof setTimeout> | undefined
  /** When {@link #gathering} ends. */
  #dueMs = 0
  #isPaused = false
  #deafUntilMs = 0

  constructor(options: LiveLinkOptions) {
    this.#options = options
    this.#socket = new SteadySocket({
      connect: options.connect,
      onOpen: () => {
        this.#subscribed = new Set()
        this.#tell()
      },
      onMessage: (message) => this.#take(message as LiveMessage),
    })
  }

  /** Watch these until the function that is returned is called. Those that somebody else watches too stay for them. */
  watch(names: readonly string[]): () => void {
    for (const name of names) this.#watched.set(name, (this.#watched.get(name) ?? 0) + 1)
    this.#gather(GATHER_MS)
    return () => {
      for (const name of names) {
        const others = (this.#watched.get(name) ?? 1) - 1
        if (others > 0) this.#watched.set(name, others)
        else this.#watched.delete(name)
      }
      this.#gather(LINGER_MS)
    }
  }

  /** Whether somebody watches it. */
  has(name: string): boolean {
    return this.#watched.has(name)
  }

  /** Let the connection go, because nobody can see the page. */
  pause(): void {
    this.#isPaused = true
    this.#disconnect()
    clearTimeout(this.#asking)
    this.#asking = undefined
  }

  /** Go on after {@link LiveLink.pause}. */
  resume(): void {
    this.#isPaused = false
    this.#gather(GATHER_MS)
  }

  #gather(delayMs: number): void {
    const dueMs = Date.now() + delayMs
    if (this.#gathering !== undefined && this.#dueMs <= dueMs) return
    clearTimeout(this.#gathering)
    this.#dueMs = dueMs
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined
      this.#act()
    }, delayMs)
  }

  #act(): void {
    if (this.#isPaused) return
    clearTimeout(this.#idling)
    if (this.#watched.size === 0) this.#idling = setTimeout(() => this.#disconnect(), IDLE_MS)
    else this.#socket.open()
    if (this.#socket.isOpen) this.#tell()
    this.#asking ??= setTimeout(() => this.#ask(), GATHER_MS)
  }

  #tell(): void {
    const wanted = new Set([...this.#watched.keys()].slice(0, MOST_LIVE))
    const subscribe = [...wanted].filter((name) => !this.#subscribed.has(name))
    const unsubscribe = [...this.#subscribed].filter((name) => !wanted.has(name))
    this.#subscribed = wanted
    if (unsubscribe.length > 0) this.#socket.send({ unsubscribe })
    if (subscribe.length > 0) this.#socket.send({ subscribe, interval: INTERVAL_MS })
  }

  #disconnect(): void {
    clearTimeout(this.#idling)
    this.#subscribed = new Set()
    this.#socket.close()
  }

  #take(message: LiveMessage): void {
    if (message.error?.code === "no-live-data") this.#deafUntilMs = Date.now() + DEAF_MS
    const values = newestOf(message)
    if (values.size > 0) this.#options.onValues(values)
  }

  /** Ask for what the connection does not give, as long as there is such. */
  async #ask(): Promise<void> {
    const isDeaf = !this.#socket.isOpen || Date.now() < this.#deafUntilMs
    const names = [...this.#watched.keys()].filter((name) => isDeaf || !this.#subscribed.has(name)).slice(0, MOST_ASKED)
    if (names.length > 0) {
      try {
        this.#options.onValues(new Map(Object.entries(await this.#options.ask(names))))
      } catch {
        // Asked again soon; the page tells elsewhere that the server is away.
      }
    }
    this.#asking = undefined
    if (this.#watched.size > 0 && !this.#isPaused) this.#asking = setTimeout(() => this.#ask(), ASK_EVERY_MS)
  }
}

/** The newest value of each metric in a message. */
function newestOf({ last = {}, points = {}, rows = {} }: LiveMessage): Map<string, LastValue | null> {
  const values = new Map<string, LastValue | null>()
  for (const [name, point] of Object.entries(last)) values.set(name, point && { time: point[0], value: point[1] })
  for (const [name, list] of Object.entries(points)) {
    for (const [time, value] of list) keepNewest(values, name, { time, value })
  }
  for (const [name, list] of Object.entries(rows)) {
    for (const [time, , value] of list) keepNewest(values, name, { time, value })
  }
  return values
}

function keepNewest(values: Map<string, LastValue | null>, name: string, value: LastValue): void {
  if (isNewer(value, values.get(name))) values.set(name, value)
}

/** Whether a value is not older than another; every value is newer than none. */
export function isNewer(value: LastValue | null, than: LastValue | null | undefined): boolean {
  if (!than) return true
  return value !== null && BigInt(value.time) >= BigInt(than.time)
}
