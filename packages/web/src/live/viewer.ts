import { type Columns, Timestamp } from "@metricq/client"
import { Gate } from "../server/gate.js"
import { CatchUp } from "./catch-up.js"
import type { Listener } from "./channel.js"
import type { LiveHub } from "./hub.js"
import type { MissedPiece, ReadMissed } from "./missed.js"
import { later, NextMessage, type Watched } from "./next-message.js"
import { PendingRows } from "./pending-rows.js"
import { noSince, type Since } from "./since.js"
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

/** Missed points that are sent singly: of a metric, and of all that are asked for together. */
const missedPoints = { each: 100_000, together: 1_000_000, least: 1000 }

/** Live points that may wait while viewers catch up: of all metrics of one, and of a metric at least. */
const waitingPoints = { together: 65_536, least: 64 }

/** How long a viewer that catches up is waited for, all in all, before what it misses is merged. */
const patienceMs = 10_000
const drainMs = 10

/** Metrics of a viewer whose history is read at once, and wait for it with a page or two. */
const readingAtOnce = 4

/** Points that are handed to one that catches up without looking whether it keeps up. */
const portion = 4096

/**
 * Somebody who looks at live values; see docs/reference/live.md for the messages.
 *
 * Its memory is bounded, and nothing waits for it: while it does not keep up, rows are merged, and what was left out is counted. Life
 * cycle: `close()`, once.
 */
export class Viewer implements Listener {
  readonly #hub: LiveHub
  readonly #transport: Transport
  readonly #readMissed: ReadMissed
  readonly #watched = new Map<string, Watched>()
  readonly #next = new NextMessage()
  readonly #reading = new Gate(readingAtOnce, Number.POSITIVE_INFINITY)
  #timer: NodeJS.Timeout | undefined
  #patienceMs = patienceMs
  #isClosed = false

  constructor(hub: LiveHub, transport: Transport, readMissed: ReadMissed) {
    this.#hub = hub
    this.#transport = transport
    this.#readMissed = readMissed
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
   * Up to when it has got a metric: everything that it was sent so far, to be watched from then on; of rows the begin of the last. Undefined
   * if that is not known yet.
   */
  positionOf(metric: string): bigint | undefined {
    const watched = this.#watched.get(metric)
    return watched?.sentNs ?? watched?.startNs
  }

  /**
   * Watch metrics: their metadata and newest point follow, then what comes. `intervalMs` 0: every point, otherwise rows of this length. With
   * `since` there is no newest point, but everything since then. A metric it watches already gets the new interval.
   */
  watch(metrics: readonly string[], intervalMs: number, since: Since = noSince): void {
    const names = [...new Set(metrics)]
    const fresh = names.filter((metric) => !this.#watched.has(metric))
    for (const metric of names) {
      const before = this.#watched.get(metric)
      const pending = new PendingRows(intervalMs, rowsLimit)
      const common = {
        hasPoints: false,
        catchUp: undefined,
        sentNs: undefined,
        startNs: undefined,
        newestNs: undefined,
      }
      this.#watched.set(metric, { ...(before ?? common), pending })
    }
    this.#share()
    const caught = fresh.filter((metric) => since(metric) !== undefined)
    for (const metric of caught) this.#prepare(metric, since(metric)!, caught.length)
    void this.#introduce(fresh)
  }

  /** Watch metrics no more. What waits of them is dropped. */
  unwatch(metrics: readonly string[]): void {
    for (const metric of metrics) this.#watched.get(metric)?.catchUp?.close()
    const known = metrics.filter((metric) => this.#watched.delete(metric))
    this.#hub.leave(this, known)
    for (const metric of known) this.#next.forget(metric)
    this.#share()
  }

  onPoints(metric: string, columns: Columns): void {
    const watched = this.#watched.get(metric)
    if (watched === undefined) return
    watched.hasPoints = true
    if (watched.catchUp === undefined) this.#add(watched, columns)
    else watched.catchUp.onPoints(columns)
  }

  #add(watched: Watched, columns: Columns): void {
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
    const lastNs = columns.times.at(-1)
    if (lastNs !== undefined) watched.newestNs = later(watched.newestNs, lastNs)
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
    for (const { catchUp } of this.#watched.values()) catchUp?.close()
    this.#watched.clear()
  }

  get #isWaiting(): boolean {
    if (!this.#next.isEmpty) return true
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
      if (this.#watched.has(metric)) this.#next.metadata.set(metric, metadata[metric] ?? null)
    }
    this.#flushIn(0)
    const startNs = Timestamp.now().posixNs
    await Promise.all(
      metrics.map(async (metric) => {
        const watched = this.#watched.get(metric)
        if (watched?.catchUp !== undefined) return watched.catchUp.start()
        if (watched === undefined) return
        watched.startNs = startNs
        if (watched.hasPoints) return
        const point = await this.#hub.last(metric)
        // A point that has come meanwhile is newer.
        if (this.#watched.get(metric)?.hasPoints !== false) return
        if (point !== undefined) watched.sentNs = point.timeNs
        this.#next.last.set(metric, point ?? null)
        this.#flushIn(flushMs)
      }),
    )
  }

  /** From now on points of this metric wait until it has caught up. `together`: how many do so. */
  #prepare(metric: string, sinceNs: bigint, together: number): void {
    const watched = this.#watched.get(metric)!
    const { intervalMs } = watched.pending
    watched.sentNs = sinceNs
    const each = Math.max(missedPoints.least, Math.floor(missedPoints.together / together))
    const catchUp = new CatchUp({
      sinceNs: intervalMs === 0 ? sinceNs : endOfRow(sinceNs, intervalMs),
      bufferLimit: Math.max(waitingPoints.least, Math.floor(waitingPoints.together / together)),
      // One after the other until all of it is handed on, so that what waits for a viewer has a bound.
      readInTurn: (read) => this.#reading.run(read),
      read: (afterNs, signal) => this.#readMissed(metric, afterNs, Math.min(missedPoints.each, each), signal),
      deliver: (piece) => this.#deliver(piece, metric, () => this.#catchingUp(metric, catchUp)),
      hand: (piece) => {
        const to = this.#catchingUp(metric, catchUp)
        if (to !== undefined) this.#put(piece, metric, to)
      },
      onEnd: () => {
        const to = this.#catchingUp(metric, catchUp)
        if (to !== undefined) to.catchUp = undefined
      },
    })
    watched.catchUp = catchUp
  }

  /** What it watches of a metric, unless it has left it meanwhile, and come again. */
  #catchingUp(metric: string, catchUp: CatchUp): Watched | undefined {
    const watched = this.#watched.get(metric)
    return watched?.catchUp === catchUp ? watched : undefined
  }

  /** A piece of what it has missed. Waits until it has room for another, but not for ever. */
  async #deliver(piece: MissedPiece, metric: string, target: () => Watched | undefined): Promise<void> {
    for (const part of inPortions(piece)) {
      await this.#room()
      const to = target()
      if (to === undefined) return
      this.#put(part, metric, to)
    }
  }

  #put(piece: MissedPiece, metric: string, to: Watched): void {
    if (piece.kind === "points") this.#add(to, piece.columns)
    else if (piece.kind === "skipped") this.#next.skip(metric, piece.skipped)
    else {
      for (const row of piece.rows) to.pending.addRow(row)
      to.newestNs = later(to.newestNs, piece.upToNs - 1n)
    }
    this.#flushIn(flushMs)
  }

  async #room(): Promise<void> {
    while (this.#isSlow && this.#patienceMs > 0 && !this.#isClosed) {
      const before = performance.now()
      await new Promise((resolve) => setTimeout(resolve, drainMs))
      this.#patienceMs -= performance.now() - before
    }
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
      const text = this.#next.take(this.#watched)
      if (text !== undefined) this.#transport.send(text)
    }
    // What could not go yet; and rows that still grow, once their interval has ended, even if no further point comes.
    if (this.#isWaiting) this.#flushIn(slowMs)
  }
}

/** The last time that belongs to the row that a time lies in. */
function endOfRow(timeNs: bigint, intervalMs: number): bigint {
  const intervalNs = BigInt(Math.round(intervalMs * 1e6))
  return timeNs - (timeNs % intervalNs) + intervalNs - 1n
}

function* inPortions(piece: MissedPiece): Generator<MissedPiece> {
  if (piece.kind !== "points") return yield piece
  const { times, values } = piece.columns
  for (let from = 0; from < times.length; from += portion) {
    const to = from + portion
    yield { kind: "points", columns: { times: times.subarray(from, to), values: values.subarray(from, to) } }
  }
}
