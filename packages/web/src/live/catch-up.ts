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
  /** Hand a piece on; resolves when there is room for another. */
  readonly deliver: (piece: MissedPiece) => Promise<void>
  /** It is complete: live points go to the viewer directly from now on. Called once, unless it is closed before. */
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
  readonly #delivered = new DeliveredTimes()
  readonly #buffer: LiveBuffer
  #positionNs: bigint
  #arrived: () => void = () => {}
  #isReading = false

  constructor(options: CatchUpOptions) {
    this.#options = options
    this.#positionNs = options.sinceNs
    this.#buffer = new LiveBuffer(options.bufferLimit)
  }

  /** Whether more of the history is on its way. */
  get isReading(): boolean {
    return this.#isReading
  }

  /** Points have come live; they are copied. */
  onPoints(columns: Columns): void {
    this.#buffer.add(columns)
    this.#arrived()
  }

  /** Read the history, and what is needed to join it. */
  async start(): Promise<void> {
    this.#isReading = true
    const failure = await this.#join()
    if (this.#left.signal.aborted) return
    if (failure !== undefined) await this.#deliver({ kind: "skipped", skipped: failure })
    await this.#deliverBuffer()
    this.#isReading = false
    if (!this.#left.signal.aborted) this.#options.onEnd()
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
        await this.#arrival()
        deadline = performance.now() + patienceMs
        waitMs = first
      }
      await this.#pause(waitMs)
    }
    return undefined
  }

  /** One round through the history. What has failed, if it has. */
  async #read(): Promise<{ code: string } | undefined> {
    const { signal } = this.#left
    try {
      for await (const piece of this.#options.read(this.#positionNs, signal)) {
        if (signal.aborted) return undefined
        await this.#take(piece)
      }
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
    } else if (piece.kind === "rows") this.#positionNs = piece.upToNs - 1n
    else if (piece.skipped.toNs !== undefined) this.#positionNs = piece.skipped.toNs - 1n
    await this.#deliver(piece)
  }

  async #deliver(piece: MissedPiece): Promise<void> {
    if (!this.#left.signal.aborted) await this.#options.deliver(piece)
  }

  get #isJoined(): boolean {
    const { firstNs } = this.#buffer
    return firstNs !== undefined && this.#has(firstNs)
  }

  /** Whether the viewer has got this point. */
  #has(timeNs: bigint): boolean {
    return timeNs <= this.#options.sinceNs || this.#delivered.has(timeNs)
  }

  #missing(reason: string): Skipped {
    return { fromNs: this.#positionNs + 1n, toNs: this.#buffer.firstNs, reason }
  }

  async #deliverBuffer(): Promise<void> {
    while (this.#buffer.firstNs !== undefined && !this.#left.signal.aborted) {
      for (const columns of this.#buffer.take()) {
        await this.#deliver({ kind: "points", columns: without(columns, (timeNs) => this.#has(timeNs)) })
      }
    }
  }

  async #arrival(): Promise<void> {
    this.#isReading = false
    await new Promise<void>((resolve) => {
      this.#arrived = resolve
      if (this.#left.signal.aborted) resolve()
    })
    this.#isReading = true
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
