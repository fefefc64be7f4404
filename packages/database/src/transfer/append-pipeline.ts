import { setTimeout as sleep } from "node:timers/promises"
import type { Columns } from "@metricq/client"
import type { ImportSink } from "./import-sink.js"

const DEFAULT_MAX_BYTES = 64 * 2 ** 20
const POINT_BYTES = 16
/** A sink that is busy is asked again after this, then after twice as long, and so on. */
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 1000

/**
 * Hands points to a sink without waiting for the disk each time, up to a number of bytes that are not yet stored.
 *
 * The first failure of the sink is thrown by the next call of `append`, or by `drain`.
 */
export class AppendPipeline {
  readonly #sink: ImportSink
  readonly #maxBytes: number
  readonly #signal: AbortSignal | undefined
  #bytes = 0
  #failure: { readonly error: unknown } | undefined
  #waiting: (() => void)[] = []

  /**
   * @param maxBytes 16 for each point; default 64 MiB
   * @param signal ends waiting for a sink that is busy
   */
  constructor(sink: ImportSink, maxBytes = DEFAULT_MAX_BYTES, signal?: AbortSignal) {
    this.#sink = sink
    this.#maxBytes = maxBytes
    this.#signal = signal
  }

  /**
   * Hand points over as soon as there is room for them; more than all the room goes alone. The columns are given away.
   *
   * @param onStored called when the points are on disk, and not at all if the sink fails
   */
  async append(metric: string, columns: Columns, onStored: () => void): Promise<void> {
    const bytes = columns.times.length * POINT_BYTES
    while (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes && !this.#failure) await this.#change()
    this.#throwFailure()
    this.#bytes += bytes
    this.#store(metric, columns).then(
      () => {
        this.#bytes -= bytes
        onStored()
        this.#tell()
      },
      (error: unknown) => {
        this.#bytes -= bytes
        this.#failure ??= { error }
        this.#tell()
      },
    )
  }

  /** Wait until everything handed over is stored, or has failed. */
  async drain(): Promise<void> {
    while (this.#bytes > 0) await this.#change()
    this.#throwFailure()
  }

  async #store(metric: string, columns: Columns): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await this.#sink.append(metric, columns)
      } catch (error) {
        if ((error as { code?: unknown }).code !== "busy") throw error
        await sleep(waitMs, undefined, { signal: this.#signal })
      }
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #tell(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
