import type { FolderLock } from "@metricq/files"
import type { Catalog, StoredMetric } from "../catalog/catalog.js"
import type { CatalogLog } from "../catalog/catalog-log.js"
import { checkMachine } from "../codec/format.js"
import { StorageError } from "../errors.js"
import type { Heads } from "../head/heads.js"
import type { Batch } from "../journal/batch.js"
import type { JournalWriter } from "../journal/journal-writer.js"
import { readRecords } from "../journal/record.js"
import { defaultLevelParameters, isSameParameters, type LevelParameters } from "../level-parameters.js"
import { Pace } from "../query/pace.js"
import type { SegmentContext } from "../segment/segment.js"
import { storageFailure } from "../storage-failure.js"
import { writeCheckpoint } from "./checkpointer.js"
import type { DamageLog } from "./damage-log.js"
import type { Ledger } from "./ledger.js"
import { lockFolder } from "./open-folder.js"
import { newHeads, openParts, type StoreParts } from "./open-parts.js"
import type { StoreOptions } from "./options.js"
import { Retry } from "./retry.js"
import { type BatchSink, WriteQueue } from "./write-queue.js"

/** What a store has of a metric; see `MetricInfo`. */
interface Extent {
  readonly firstNs: bigint | undefined
  readonly lastNs: bigint | undefined
  readonly points: number
  readonly inMemory: number
  readonly bytes: number
}

/** The parts of an open store and what moves between them: from the queue into journal and heads, from there into segments. */
export class Store implements BatchSink {
  readonly folder: string
  readonly options: StoreOptions
  readonly catalog: Catalog
  readonly context: SegmentContext
  readonly ledger: Ledger
  readonly queue: WriteQueue
  readonly damage: DamageLog
  /** Of all reads together. */
  readonly pace = new Pace()
  readonly #log: CatalogLog
  readonly #journal: JournalWriter
  readonly #lock: FolderLock | undefined
  /** Points that came since the last checkpoint began, and those of one under way or to be tried again. */
  #heads: Heads
  #frozen: FrozenHeads | undefined
  /** Deleted metrics of which the journal may have points. */
  #deleted: Set<number>
  /** Bytes of journals of earlier starts that are live. */
  #oldJournalBytes: number
  #checkpoint: Promise<void> | undefined
  #syncMs = 0
  #checkpointMs: number | undefined
  readonly #retry: Retry
  /** Called after each checkpoint, and when a metric gets other parameters, with metrics whose runs should be written anew. */
  onUntidy: (metrics: readonly number[]) => void = () => {}
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  private constructor(parts: StoreParts) {
    this.folder = parts.folder
    this.options = parts.options
    this.catalog = parts.catalog
    this.context = parts.context
    this.ledger = parts.ledger
    this.damage = parts.damage
    this.#log = parts.log
    this.#journal = parts.journal
    this.#lock = parts.lock
    this.#heads = parts.heads
    this.#deleted = parts.deleted
    this.#oldJournalBytes = parts.journalBytes
    parts.log.isUsed = (metric) => this.#isUsed(metric)
    this.queue = new WriteQueue(this, parts.options.gatherMs)
    this.#retry = new Retry(parts.options.retryMs, () => void this.checkpoint().catch(() => {}))
  }

  /** See `Timeline.open`. */
  static async open(folder: string, options: StoreOptions): Promise<Store> {
    const { disk } = options
    checkMachine()
    try {
      await disk.makeFolder(folder)
    } catch (cause) {
      throw storageFailure(`cannot make the folder ${folder}`, cause)
    }
    const lock = options.lock ? lockFolder(folder, options.takeOver) : undefined
    try {
      const store = new Store(await openParts(folder, options, lock))
      if (store.#isFull()) void store.checkpoint().catch(() => {})
      return store
    } catch (error) {
      lock?.release()
      throw error
    }
  }

  /** Heads that readers see beside the segments of the state, in order of writing. */
  get heads(): readonly Heads[] {
    return this.#frozen ? [this.#frozen.heads, this.#heads] : [this.#heads]
  }

  /** Number of the journal that is written. */
  get journal(): number {
    return this.#journal.number
  }

  /** Bytes of the journal since the last checkpoint began. */
  get journalBytes(): number {
    return this.#oldJournalBytes + this.#journal.size
  }

  /** Why there has been no checkpoint although there should be; undefined if all is well. */
  get trouble(): Error | undefined {
    return this.#retry.trouble
  }

  /** Name of a metric, or what there is instead. */
  nameOf(metric: number): string {
    return this.catalog.byNumber(metric)?.name ?? `metric number ${metric}`
  }

  /** How long the last write to the journal took with its sync, in milliseconds. */
  get syncMs(): number {
    return this.#syncMs
  }

  /** When points were last written to a segment since the store was opened, in milliseconds of the system clock. */
  get checkpointMs(): number | undefined {
    return this.#checkpointMs
  }

  parametersOf(metric: number): LevelParameters {
    return this.catalog.byNumber(metric)?.parameters ?? defaultLevelParameters
  }

  /** How much there is of a metric, and of which time; costs a look at its runs in memory. */
  extentOf(metric: number): Extent {
    let firstNs: bigint | undefined
    let lastNs: bigint | undefined
    let points = 0
    let inMemory = 0
    let bytes = 0
    const add = (run: { firstNs: bigint; lastNs: bigint }, count: number) => {
      if (firstNs === undefined || run.firstNs < firstNs) firstNs = run.firstNs
      if (lastNs === undefined || run.lastNs > lastNs) lastNs = run.lastNs
      points += count
    }
    for (const ref of this.ledger.state.runsOf(metric)) {
      add(ref, ref.segment.runs.points[ref.run]!)
      bytes += ref.segment.runBytes(ref.run)
    }
    for (const heads of this.heads) {
      const head = heads.get(metric)
      if (!head) continue
      add(head.range(), head.points)
      inMemory += head.points
    }
    return { firstNs, lastNs, points, inMemory, bytes }
  }

  /** The metric of this name, made known to the store if it is new. */
  metric(name: string): StoredMetric {
    return this.catalog.byName(name) ?? this.#create(name)
  }

  /** See `Timeline.declare`. */
  async declare(name: string, parameters: LevelParameters): Promise<void> {
    this.checkOpen()
    const known = this.catalog.byName(name)
    if (!known) this.#create(name, parameters)
    else if (isSameParameters(known.parameters, parameters)) return
    else this.#log.add(this.catalog.declare(known, parameters))
    await this.queue.exclusive(() => this.#log.write())
    if (known) this.onUntidy([known.number])
  }

  /** Forget a metric with all its points. */
  async deleteMetric(metric: StoredMetric): Promise<void> {
    this.#forget(metric)
    await this.queue.exclusive(() => this.#log.write())
    for (const heads of this.heads) heads.delete(metric.number)
  }

  /** Give a metric another name, under which it is known from now on; where another metric has that, the two change names. */
  async rename(metric: StoredMetric, name: string): Promise<void> {
    this.#log.add(this.catalog.rename(metric, name))
    await this.queue.exclusive(() => this.#log.write())
  }

  /** Forget a metric if there are just `points` of it, none of which is on its way; returns whether that was so. */
  deleteIfStill(metric: StoredMetric, points: number): Promise<boolean> {
    const { number } = metric
    return this.queue.exclusive(async () => {
      if (this.queue.isWaiting(number) || this.extentOf(number).points !== points) return false
      this.#forget(metric)
      await this.#log.write()
      for (const heads of this.heads) heads.delete(number)
      return true
    })
  }

  /** @throws {StorageError} `closed` */
  checkOpen(): void {
    if (this.#closed) throw new StorageError("closed", `the store in ${this.folder} has been closed`)
  }

  async admit(): Promise<void> {
    while (this.#isFull()) {
      if (this.#checkpoint) await this.#checkpoint.catch(() => {})
      else if (this.#retry.isWaiting) throw this.#retry.trouble
      else return this.#startCheckpoint()
    }
  }

  async write(batch: Batch): Promise<void> {
    if (this.#log.isPending) await this.#log.write()
    const begunMs = performance.now()
    await this.#journal.write(batch)
    this.#syncMs = performance.now() - begunMs
  }

  apply(batch: Batch): void {
    for (let i = 0; i < batch.frames; i++) {
      readRecords(batch.words, batch.recordsBegin(i), batch.frameEnd(i), this.#heads)
    }
  }

  /** Write all points that are in memory now to a segment, and be done with their journal; resolves when that is safe. */
  async checkpoint(): Promise<void> {
    this.checkOpen()
    await this.queue.flush().catch(() => {}) // whoever appended it hears of it
    const heads = this.#heads
    if (!this.#frozen && heads.metrics === 0 && this.journalBytes === 0) return
    while (this.heads.includes(heads)) {
      await this.queue.exclusive(async () => {
        if (!this.#checkpoint) await this.#startCheckpoint()
      })
      await this.#checkpoint
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  /** Between two batches: what is in the heads is what is in the journals before the next. */
  async #startCheckpoint(): Promise<void> {
    if (!this.#frozen) {
      const journal = await this.#journal.next()
      this.#frozen = { heads: this.#heads, journal, deleted: this.#deleted }
      this.#deleted = new Set()
      this.#oldJournalBytes = 0
      this.#heads = newHeads(this.#heads.sequence + 1, this.catalog)
    }
    this.#checkpoint = this.#writeFrozen(this.#frozen).finally(() => {
      this.#checkpoint = undefined
    })
    this.#checkpoint.catch(() => {}) // whoever asked for it hears of it, and `trouble` tells
  }

  async #writeFrozen({ heads, journal }: FrozenHeads): Promise<void> {
    const { state } = this.ledger
    state.enter()
    try {
      const { segment, conflicts, overlapping } = await writeCheckpoint({
        context: this.context,
        heads,
        number: this.ledger.nextSegment(),
        state,
        parametersOf: (metric) => this.parametersOf(metric),
        isStored: (metric) => !this.catalog.isDeleted(metric),
        signal: this.#closing.signal,
      })
      await this.ledger.commit({ add: segment ? [segment] : [], journal, conflicts }, () => {
        this.#frozen = undefined
      })
      this.#checkpointMs = Date.now()
      this.#retry.succeeded()
      this.onUntidy(overlapping)
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#retry.failed(error as Error)
      throw error
    } finally {
      state.leave()
    }
  }

  /** Whether there should be a checkpoint before more points come in. */
  #isFull(): boolean {
    return this.#heads.bytes >= this.options.headBytes || this.journalBytes >= this.options.journalBytes
  }

  /** Whether a deleted metric still has points on the disk. */
  #isUsed(metric: number): boolean {
    const { state } = this.ledger
    return this.#deleted.has(metric) || this.#frozen?.deleted.has(metric) || state.runsOf(metric).length > 0
  }

  #forget(metric: StoredMetric): void {
    this.#deleted.add(metric.number)
    this.#log.add(this.catalog.delete(metric))
  }

  #create(name: string, parameters?: LevelParameters): StoredMetric {
    this.#log.add(this.catalog.create(name, parameters))
    return this.catalog.byName(name)!
  }

  async #close(): Promise<void> {
    await this.queue.close()
    this.#retry.stop()
    this.#closing.abort(new StorageError("closed", `the store in ${this.folder} has been closed`))
    await this.#checkpoint?.catch(() => {})
    await this.ledger.settled()
    await this.#journal.close()
    await this.#log.close()
    this.context.files.close()
    this.#lock?.release()
  }
}

/** Points on their way to a segment. */
interface FrozenHeads {
  readonly heads: Heads
  /** The journals before this one hold nothing else that counts. */
  readonly journal: number
  readonly deleted: ReadonlySet<number>
}
