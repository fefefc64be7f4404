import type { Columns, Metadata } from "@metricq/client"
import type { LastPoint, Listener } from "./channel.js"
import type { LiveHub } from "./hub.js"
import { type PendingRow, PendingRows } from "./pending-rows.js"
import type { Transport } from "./transport.js"

/** Rows that may wait for a viewer, of all its metrics together. A row takes 48 bytes. */
const rowsLimit = 16_384

/** Of a metric, however many there are. */
const leastRows = 8

/** With more than this on its way to the viewer nothing is sent, and what comes is merged. */
const backlogLimitBytes = 64 * 1024

/** How long points gather before they are sent. */
const flushMs = 50

/** How often a viewer that does not keep up is looked at. */
const slowMs = 200

/** What a viewer watches of a metric. */
interface Watched {
  readonly pending: PendingRows
  /** Whether a point has come since it is watched. */
  hasPoints: boolean
}

/**
 * Somebody who looks at live values; see docs/reference/live.md for the messages.
 *
 * Its memory is bounded, and nothing waits for it: while it does not keep up, rows are merged, and what was left out is counted. Life
 * cycle: `close()`, once.
 */
export class Viewer implements Listener {
  readonly #hub: LiveHub
  readonly #transport: Transport
  readonly #watched = new Map<string, Watched>()
  /** Parts of the next message besides points. */
  #metadata = new Map<string, Metadata | null>()
  #last = new Map<string, LastPoint | null>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(hub: LiveHub, transport: Transport) {
    this.#hub = hub
    this.#transport = transport
  }

  /** Metrics it watches. */
  get size(): number {
    return this.#watched.size
  }

  /** Whether it watches this metric. */
  has(metric: string): boolean {
    return this.#watched.has(metric)
  }

  /**
   * Watch metrics: their metadata and newest point follow, then what comes. `intervalMs` 0: every point, otherwise rows of this length. A
   * metric it watches already gets the new interval.
   */
  watch(metrics: readonly string[], intervalMs: number): void {
    const names = [...new Set(metrics)]
    const fresh = names.filter((metric) => !this.#watched.has(metric))
    for (const metric of names) {
      const hasPoints = this.#watched.get(metric)?.hasPoints ?? false
      this.#watched.set(metric, { pending: new PendingRows(intervalMs, rowsLimit), hasPoints })
    }
    this.#share()
    void this.#introduce(fresh)
  }

  /** Watch metrics no more. What waits of them is dropped. */
  unwatch(metrics: readonly string[]): void {
    const known = metrics.filter((metric) => this.#watched.delete(metric))
    this.#hub.leave(this, known)
    for (const metric of known) {
      this.#metadata.delete(metric)
      this.#last.delete(metric)
    }
    this.#share()
  }

  onPoints(metric: string, columns: Columns): void {
    const watched = this.#watched.get(metric)
    if (watched === undefined) return
    watched.hasPoints = true
    const { pending } = watched
    let { times, values } = columns
    // A burst for which there is no room goes out in parts, if the viewer keeps up.
    while (pending.intervalMs === 0 && times.length > pending.room && !this.#isSlow) {
      const { room } = pending
      pending.add({ times: times.subarray(0, room), values: values.subarray(0, room) })
      times = times.subarray(room)
      values = values.subarray(room)
      this.#flush()
      if (pending.room === 0) break
    }
    pending.add({ times, values })
    this.#flushIn(flushMs)
  }

  onTrouble(message: string): void {
    if (this.#isSlow) return
    this.sendError("no-live-data", `there are no live values just now: ${message}`, "wait, it is tried again")
  }

  /** Tell the viewer what is wrong. */
  sendError(code: string, message: string, remedy: string): void {
    this.#transport.send(JSON.stringify({ error: { code, message, remedy } }))
  }

  /** Leave everything. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#hub.leave(this, this.#watched.keys())
    this.#watched.clear()
  }

  get #isWaiting(): boolean {
    if (this.#metadata.size > 0 || this.#last.size > 0) return true
    for (const { pending } of this.#watched.values()) if (!pending.isEmpty) return true
    return false
  }

  get #isSlow(): boolean {
    return this.#transport.backlogBytes > backlogLimitBytes
  }

  /** Metadata and newest points of metrics that are new. */
  async #introduce(metrics: readonly string[]): Promise<void> {
    if (metrics.length === 0) return
    const metadata = await this.#hub.listen(this, metrics)
    for (const metric of metrics) {
      if (this.#watched.has(metric)) this.#metadata.set(metric, metadata[metric] ?? null)
    }
    this.#flushIn(0)
    await Promise.all(
      metrics.map(async (metric) => {
        if (this.#watched.get(metric)?.hasPoints !== false) return
        const point = await this.#hub.last(metric)
        // A point that has come meanwhile is newer.
        if (this.#watched.get(metric)?.hasPoints !== false) return
        this.#last.set(metric, point ?? null)
        this.#flushIn(flushMs)
      }),
    )
  }

  /** Each metric gets its part of the rows that may wait. */
  #share(): void {
    const each = Math.max(leastRows, Math.floor(rowsLimit / Math.max(1, this.#watched.size)))
    for (const { pending } of this.#watched.values()) pending.limitTo(each)
  }

  #flushIn(ms: number): void {
    if (this.#timer !== undefined || this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush()
    }, ms)
  }

  #flush(): void {
    if (this.#isClosed) return
    if (!this.#isSlow) {
      const text = this.#message()
      if (text !== undefined) this.#transport.send(text)
    }
    // What could not go yet; and rows that still grow, once their interval has ended, even if no further point comes.
    if (this.#isWaiting) this.#flushIn(slowMs)
  }

  /** Everything that waits, as a message; undefined if there is nothing. */
  #message(): string | undefined {
    const nowNs = BigInt(Date.now() - graceMs) * 1_000_000n
    const points: string[] = []
    const rows: string[] = []
    const dropped: string[] = []
    for (const [metric, { pending }] of this.#watched) {
      if (pending.isEmpty) continue
      const { leftOut } = pending
      const taken = pending.take(nowNs)
      if (taken.length === 0) continue
      const key = JSON.stringify(metric)
      if (leftOut > 0) dropped.push(`${key}:${leftOut}`)
      if (pending.intervalMs === 0 && leftOut === 0) points.push(`${key}:[${taken.map(pointText).join(",")}]`)
      else rows.push(`${key}:[${taken.map(rowText).join(",")}]`)
    }
    const parts: string[] = []
    if (this.#metadata.size > 0) parts.push(`"metrics":${JSON.stringify(Object.fromEntries(this.#metadata))}`)
    if (this.#last.size > 0) parts.push(`"last":${lastText(this.#last)}`)
    if (points.length > 0) parts.push(`"points":{${points.join(",")}}`)
    if (rows.length > 0) parts.push(`"rows":{${rows.join(",")}}`)
    if (dropped.length > 0) parts.push(`"dropped":{${dropped.join(",")}}`)
    if (this.#metadata.size > 0) this.#metadata = new Map()
    if (this.#last.size > 0) this.#last = new Map()
    return parts.length === 0 ? undefined : `{${parts.join(",")}}`
  }
}

/** How long after its end a row waits for points that are late. */
const graceMs = 250

function pointText({ timeNs, mean }: PendingRow): string {
  return `["${timeNs}",${numberText(mean)}]`
}

function rowText({ timeNs, minimum, mean, maximum, count }: PendingRow): string {
  return `["${timeNs}",${numberText(minimum)},${numberText(mean)},${numberText(maximum)},${count}]`
}

function lastText(last: ReadonlyMap<string, LastPoint | null>): string {
  const entries = [...last].map(([metric, point]) => {
    return `${JSON.stringify(metric)}:${point === null ? "null" : `["${point.timeNs}",${numberText(point.value)}]`}`
  })
  return `{${entries.join(",")}}`
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : "null"
}
