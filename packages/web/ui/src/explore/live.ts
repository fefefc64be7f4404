import type { LiveRow } from "../chart/live-columns.js"
import { type PlainSocket, SteadySocket } from "../lib/steady-socket.js"
import { nanoseconds } from "../lib/time-format.js"

type Row = [time: string, min: number | null, mean: number | null, max: number | null, count: number]

interface LiveMessage {
  points?: Record<string, [string, number | null][]>
  rows?: Record<string, Row[]>
}

/** What is followed of a metric, and what has come. */
interface Followed {
  /** Length of its rows in ms; 0 for points. */
  rowMs: number
  /** Time of the newest that has come, nanoseconds in decimal. */
  newest: string | undefined
}

export interface LiveOptions {
  connect: () => PlainSocket
  /** A point, with `rowMs` 0, or a row so long. */
  onRow: (metric: string, rowMs: number, row: LiveRow) => void
  /** Called after the rows of each message. */
  onBatch: () => void
}

/** What is asked for from before the connection: head tiles that were read before it end there. */
const OVERLAP_MS = 20_000
/** What is missing from a longer interruption comes with the tiles. */
const MOST_MISSED_MS = 60_000

/**
 * The newest values of some metrics over a WebSocket: connected while there are metrics to follow, and again after it was cut off, then from where it
 * was, so that nothing is missing between history and what comes.
 */
export class Live {
  readonly #options: LiveOptions
  readonly #socket: SteadySocket
  #followed = new Map<string, Followed>()

  constructor(options: LiveOptions) {
    this.#options = options
    this.#socket = new SteadySocket({
      connect: options.connect,
      onOpen: () => this.#subscribe([...this.#followed.keys()]),
      onMessage: (message) => this.#take(message as LiveMessage),
    })
  }

  get connected(): boolean {
    return this.#socket.isOpen
  }

  /** Follow these metrics and no others, in rows so many ms long, 0 for points; none closes the connection. */
  follow(wanted: ReadonlyMap<string, number>): void {
    const before = this.#followed
    this.#followed = new Map(
      [...wanted].map(([name, rowMs]) => {
        const known = before.get(name)
        if (known?.rowMs === rowMs) return [name, known]
        return [name, { rowMs, newest: resumption(known, rowMs) }]
      }),
    )
    if (wanted.size === 0) this.#socket.close()
    else if (this.#socket.isOpen) this.#change(before)
    else this.#socket.open()
  }

  close(): void {
    this.#followed.clear()
    this.#socket.close()
  }

  #change(before: ReadonlyMap<string, Followed>): void {
    const fresh = [...this.#followed].filter(([name, one]) => before.get(name) !== one).map(([name]) => name)
    const gone = [...before].filter(([name, one]) => this.#followed.get(name) !== one).map(([name]) => name)
    if (gone.length > 0) this.#socket.send({ unsubscribe: gone })
    this.#subscribe(fresh)
  }

  /** One message for each length of rows. */
  #subscribe(names: readonly string[]): void {
    const now = Date.now()
    const byLength = new Map<number, Record<string, string>>()
    for (const name of names) {
      const { rowMs, newest } = this.#followed.get(name) as Followed
      const since = byLength.get(rowMs) ?? {}
      byLength.set(rowMs, { ...since, [name]: sinceOf(newest, now) })
    }
    for (const [interval, since] of byLength) {
      this.#socket.send({ subscribe: Object.keys(since), interval, since })
    }
  }

  #take({ points = {}, rows = {} }: LiveMessage): void {
    for (const [name, list] of Object.entries(points)) {
      for (const [time, value] of list) this.#add(name, 0, [time, value, value, value, 1])
    }
    for (const [name, list] of Object.entries(rows)) {
      const rowMs = this.#followed.get(name)?.rowMs ?? 0
      for (const row of list) this.#add(name, rowMs, row)
    }
    this.#options.onBatch()
  }

  #add(name: string, rowMs: number, [time, min, mean, max, count]: Row): void {
    const followed = this.#followed.get(name)
    if (!followed || typeof time !== "string") return
    followed.newest = time
    this.#options.onRow(name, rowMs, {
      time: milliseconds(time),
      min: min ?? Number.NaN,
      mean: mean ?? Number.NaN,
      max: max ?? Number.NaN,
      count,
    })
  }
}

/** From where rows of another length go on: the server begins with the first that lies wholly after it. */
function resumption(known: Followed | undefined, rowMs: number): string | undefined {
  if (known?.newest === undefined) return undefined
  const end = BigInt(known.newest) + BigInt(Math.round(known.rowMs * 1e6))
  return String(end - BigInt(Math.round(rowMs * 1e6)))
}

function sinceOf(newest: string | undefined, now: number): string {
  if (newest !== undefined && now - milliseconds(newest) < MOST_MISSED_MS) return newest
  return nanoseconds(now - OVERLAP_MS)
}

/** Of nanoseconds in decimal. */
function milliseconds(time: string): number {
  return Number(time.slice(0, -6)) + Number(time.slice(-6)) / 1e6
}
