import type { Columns } from "@metricq/client"
import { DeliveredTimes } from "./delivered-times.js"
import { LiveBuffer } from "./live-buffer.js"
import type { MissedPiece, Skipped } from "./missed.js"

/** What a viewer does for one that catches up. */
export interface CatchUpOptions {
  /** The viewer has everything up to this time. */
  readonly sinceNs: bigint
  /** Live points that may wait; beyond that the oldest are read from the history, too. */
  readonly bufferLimit: number
  /** What has come after a time, from the history. */
  readonly read: (afterNs: bigint, signal: AbortSignal) => AsyncIterable<MissedPiece>
  /** Runs each round through the history; default: at once. */
  readonly readInTurn?: (round: () => Promise<void>) => Promise<void>
  /** Hand a piece on; resolves when there is room for another. */
  readonly deliver: (piece: MissedPiece) => Promise<void>
  /** Hand a piece on at once: the last of the history, and live points. Not called after `onEnd`. */
  readonly hand: (piece: MissedPiece) => void
  /** It has caught up: live points go to the viewer directly from now on. Called once, unless it is closed before. */
  readonly onEnd: () => void
  /** How long the history is asked again for what has come live already. Default 10 s. */
  readonly patienceMs?: number
  /** First and longest time until it is asked again. Default 50 ms and 1 s. */
  readonly retryMs?: readonly [first: number, longest: number]
}

/**
 * Joins the history of a metric with what comes live, without a gap and without a point twice.
 *
 * Live points wait while the history is read. The history is complete when it has the first of those that wait: a database gets points in
 * the order in which they are sent. So as long as nothing comes live, it is not over. Life cycle: `start()` when all live points come, `close()`.
 */
export class CatchUp {
  readonly #options: CatchUpOptions
  readonly #left = new AbortController()
  readonly #delivered: DeliveredTimes
  readonly #buffer: LiveBuffer
  /** Up to where the history was read. */
  #positionNs: bigint
  /** Up to where the viewer has everything, though not each time is known. */
  #coveredNs: bigint
  #arrived: () => void = () => {}
  #isReading = false
  #hasJoined = false
  /** Of the newest live point that was handed on. */
  #liveNs: bigint | undefined

  constructor(options: CatchUpOptions) {
    this.#options = options
    this.#positionNs = options.sinceNs
    this.#coveredNs = options.sinceNs
    // As many as wait: they are those that both may have.
    this.#delivered = new DeliveredTimes(options.bufferLimit)
    this.#buffer = new LiveBuffer(options.bufferLimit)
  }

  /** Whether more of the history is on its way. */
  get isReading(): boolean {
    return this.#isReading
  }

  /** Whether nothing of the history is missing any more. */
  get hasJoined(): boolean {
    return this.#hasJoined
  }

  /** Points have come live; they are not kept, but copied. */
  onPoints(columns: Columns): void {
    if (!this.#hasJoined) {
      this.#buffer.add(columns)
      this.#arrived()
      return
    }
    this.#handLive(columns)
    this.#endIfPast()
  }

  /** Read the history, and what is needed to join it. */
  async start(): Promise<void> {
    this.#isReading = true
    const failure = await this.#join()
    this.#isReading = false
    if (this.#left.signal.aborted) return
    this.#hasJoined = true
    // All at once: while somebody waited for room, what is buffered could become too much, and this time the history has no more of it.
    if (failure !== undefined) this.#options.hand({ kind: "skipped", skipped: failure })
    for (const columns of this.#buffer.take()) this.#handLive(columns)
    this.#endIfPast()
  }

  /** The viewer does not want it any more. */
  close(): void {
    this.#left.abort(new Error("nobody waits for it"))
    this.#arrived()
  }

  /** Read until the history has the first point that waits; what is missing if that cannot be. */
  async #join(): Promise<Skipped | undefined> {
    const { patienceMs = 10_000, retryMs: [first, longest] = [50, 1000] } = this.#options
    const { signal } = this.#left
    let deadline = performance.now() + patienceMs
    for (let waitMs = first; !signal.aborted; waitMs = Math.min(longest, 2 * waitMs)) {
      const failure = await this.#read()
      if (signal.aborted || this.#isJoined) return undefined
      const isOver = performance.now() > deadline
      if (failure?.code === "not-stored" || (isOver && failure !== undefined)) return this.#missing(failure.code)
      if (isOver && this.#buffer.firstNs !== undefined) return this.#missing("database-behind")
      if (failure === undefined && this.#buffer.firstNs === undefined) {
        // What was sent just before live points began to come may still be stored, so for a while it is looked for.
        const hasCome = await this.#arrival(performance.now() < deadline ? longest : undefined)
        if (!hasCome) continue
        deadline = performance.now() + patienceMs
        waitMs = first
      }
      await this.#pause(waitMs)
    }
    return undefined
  }

  /** One round through the history. What has failed, if it has. */
  async #read(): Promise<{ code: string } | undefined> {
    const { read, readInTurn = (round) => round() } = this.#options
    const { signal } = this.#left
    try {
      await readInTurn(async () => {
        if (signal.aborted) return
        for await (const piece of read(this.#positionNs, signal)) {
          if (signal.aborted) return
          await this.#take(piece)
        }
      })
    } catch (error) {
      const { code } = error as { code?: unknown }
      return { code: typeof code === "string" ? code : "history-error" }
    }
    return undefined
  }

  async #take(piece: MissedPiece): Promise<void> {
    if (piece.kind === "points") {
      const lastNs = piece.columns.times.at(-1)
      if (lastNs === undefined) return
      this.#positionNs = lastNs
      this.#delivered.add(piece.columns.times)
    } else if (piece.kind === "rows") {
      this.#positionNs = piece.upToNs - 1n
      this.#coveredNs = this.#positionNs
    } else if (piece.skipped.toNs !== undefined) this.#positionNs = piece.skipped.toNs - 1n
    if (!this.#left.signal.aborted) await this.#options.deliver(piece)
  }

  get #isJoined(): boolean {
    const { firstNs } = this.#buffer
    return firstNs !== undefined && this.#has(firstNs)
  }

  /** Whether the viewer has got this point. */
  #has(timeNs: bigint): boolean {
    return timeNs <= this.#coveredNs || this.#delivered.has(timeNs)
  }

  #missing(reason: string): Skipped {
    return { fromNs: this.#positionNs + 1n, toNs: this.#buffer.firstNs, reason }
  }

  /** Hand live points on that the viewer has not got from the history. */
  #handLive(columns: Columns): void {
    this.#liveNs = columns.times.at(-1) ?? this.#liveNs
    const fresh = without(columns, (timeNs) => this.#has(timeNs))
    if (fresh.times.length > 0) this.#options.hand({ kind: "points", columns: fresh })
  }

  /** The history may be ahead of what comes live: it is over when something has come that is later than all of it. */
  #endIfPast(): void {
    if (this.#liveNs === undefined || this.#liveNs <= this.#positionNs) return
    this.#options.onEnd()
  }

  /** Waits for a live point, for so long at most; whether one has come. */
  async #arrival(ms: number | undefined): Promise<boolean> {
    this.#isReading = false
    const hasCome = await new Promise<boolean>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms, false)
      this.#arrived = () => {
        clearTimeout(timer)
        resolve(true)
      }
      if (this.#left.signal.aborted) this.#arrived()
    })
    this.#isReading = true
    return hasCome
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#left
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener("abort", end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener("abort", end)
    })
  }
}

function without({ times, values }: Columns, isLeftOut: (timeNs: bigint) => boolean): Columns {
  const kept = [...times.keys()].filter((i) => !isLeftOut(times[i]!))
  if (kept.length === times.length) return { times, values }
  return { times: BigInt64Array.from(kept, (i) => times[i]!), values: Float64Array.from(kept, (i) => values[i]!) }
}
