import { setTimeout as sleep } from "node:timers/promises"
import { StorageError } from "../errors.js"
import { Batch } from "../journal/batch.js"
import { Deferred } from "./deferred.js"
import { Gathering, LOOK_MS } from "./gathering.js"

/** So many bytes may wait for the disk before appends are refused; a single larger one is taken where nothing waits. */
const MAX_WAITING_BYTES = 1 << 27

/** A batch of so many bytes does not wait for more. */
const FULL_BYTES = 1 << 20

/** What the queue does with a batch. */
export interface BatchSink {
  /** Resolves when there is room for more points; throws where there will not be soon. */
  admit(): Promise<void>
  /** Make a batch safe; whatever is thrown refuses it as a whole. */
  write(batch: Batch): Promise<void>
  /** Take the points of a batch that is safe; must not throw. */
  apply(batch: Batch): void
}

interface OpenBatch {
  readonly batch: Batch
  readonly done: Deferred<void>
}

/** Gathers appends into batches: while one is written and synced, the next comes together. */
export class WriteQueue {
  readonly #sink: BatchSink
  readonly #gathering: Gathering
  #open: OpenBatch | undefined
  #spare: Batch | undefined
  readonly #tasks: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined
  #writing: Promise<void> | undefined
  #isClosed = false

  /** @param gatherMs see `TimelineOptions` */
  constructor(sink: BatchSink, gatherMs: number) {
    this.#sink = sink
    this.#gathering = new Gathering(gatherMs)
  }

  /**
   * Add points, which are copied; resolves when they are safe and can be read. All that make one batch get the same promise.
   *
   * @throws {StorageError} `busy` if too much waits for the disk; what the disk says
   */
  append(metric: number, times: BigInt64Array, values: Float64Array): Promise<void> {
    const open = this.#openBatch()
    if (open.batch.size > 0 && open.batch.size + 16 * times.length > MAX_WAITING_BYTES) {
      return Promise.reject(new StorageError("busy", "more is appended than the disk takes"))
    }
    open.batch.add(metric, times, values)
    this.#gathering.appended()
    return open.done.promise
  }

  /** Whether points of a metric wait in the next batch. */
  isWaiting(metric: number): boolean {
    return this.#open?.batch.has(metric) ?? false
  }

  /** Do something between two batches. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed())
    const done = new Deferred<T>()
    this.#tasks.push(() => work().then(done.resolve, done.reject))
    this.#start()
    return done.promise
  }

  /** Resolves when everything appended so far is safe; rejects if some of what is under way now is refused. */
  async flush(): Promise<void> {
    await Promise.all([this.#writing, this.#open?.done.promise])
  }

  /** Take no more, and write what has been taken. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  #openBatch(): OpenBatch {
    if (this.#isClosed) throw closed()
    if (!this.#open) {
      this.#open = { batch: this.#spare ?? new Batch(), done: new Deferred() }
      this.#spare = undefined
      this.#start()
    }
    return this.#open
  }

  /** Begins once the caller is done, so that all that it appends makes one batch. */
  #start(): void {
    this.#running ??= Promise.resolve().then(() => this.#run())
  }

  async #run(): Promise<void> {
    while (this.#open || this.#tasks.length > 0) {
      if (this.#open) {
        while (this.#mayWait(this.#open.batch)) await sleep(LOOK_MS)
        await this.#writeOpen(this.#open)
      }
      for (let task = this.#tasks.shift(); task; task = this.#tasks.shift()) await task()
    }
    // Not any later: what is appended from now on has to start it again.
    this.#running = undefined
  }

  #mayWait({ size }: Batch): boolean {
    return size < FULL_BYTES && this.#tasks.length === 0 && !this.#isClosed && this.#gathering.shouldWait()
  }

  async #writeOpen({ batch, done }: OpenBatch): Promise<void> {
    this.#writing = done.promise
    try {
      await this.#sink.admit()
      this.#open = undefined
      this.#gathering.written()
      await this.#sink.write(batch)
      this.#sink.apply(batch)
      done.resolve()
    } catch (error) {
      // While it was written the next batch may have begun, which must not be dropped with this one.
      if (this.#open?.batch === batch) this.#open = undefined
      done.reject(error)
    }
    this.#writing = undefined
    batch.clear()
    this.#spare = batch
  }
}

function closed(): StorageError {
  return new StorageError("closed", "the store has been closed")
}
