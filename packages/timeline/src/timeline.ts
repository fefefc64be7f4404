import { nodeDisk } from "@metricq/files"
import {
  type Columns,
  checkMetricName,
  DataError,
  type HistoryRequest,
  HistoryRequestType,
  type HistoryResponseParts,
  TimeAggregate,
  Timedelta,
  Timestamp,
  TimeValue,
} from "@metricq/protocol"
import type { ReadOptions, TimelineRows } from "./answers.js"
import type { StoredMetric } from "./catalog/catalog.js"
import { compatibleAnswer } from "./compatible/compatible-answer.js"
import { type RecentPoints, type RecentReach, recentPoints } from "./head/recent-points.js"
import { checkLevelParameters, type LevelParameters } from "./level-parameters.js"
import { lastPoint } from "./query/find-point.js"
import { historyAnswer } from "./query/history-answer.js"
import type { HistoryAnswerOptions } from "./query/history-source.js"
import { collectPoints, pointColumns } from "./query/point-columns.js"
import { readAggregate } from "./query/read-aggregate.js"
import { type TimelineRowsOptions, timelineRows } from "./query/timeline-rows.js"
import { storable } from "./store/admission.js"
import type { BackupOptions, BackupReport } from "./store/backup.js"
import { Keeper } from "./store/keeper.js"
import { storeOptions, type TimelineOptions } from "./store/options.js"
import { type Renamed, type RenameOutlook, renameMetric, renameOutlook } from "./store/rename-metric.js"
import { restoreStore } from "./store/restore.js"
import type { RetentionRule } from "./store/retention-rule.js"
import { withRuns } from "./store/run-reader.js"
import type { ReadWindow } from "./store/select-runs.js"
import { type StoreStatus, statusOf } from "./store/status.js"
import { Store } from "./store/store.js"
import { type StoreProblem, type VerifyOptions, verifyStore } from "./store/verify.js"

/** What the store knows of a metric. */
export interface MetricInfo {
  readonly name: string
  readonly parameters: LevelParameters
  /** Times of the first and the last point; undefined without points. */
  readonly firstNs: bigint | undefined
  readonly lastNs: bigint | undefined
  /** Points stored; late ones that repeat others may count twice until they are merged. */
  readonly points: number
  /** Those of them that are in no segment yet, but in memory and in the journal. */
  readonly inMemory: number
  /** Bytes of its points and rows in segments. */
  readonly bytes: number
}

/** The window of a read of the newest point. */
const AT_THE_END: ReadWindow = { beginNs: 2n ** 63n - 1n, endNs: 2n ** 63n - 1n }

/** How a history request is answered. */
export interface AnswerOptions extends HistoryAnswerOptions {
  /** As the original does it; default false: as `docs/reference/history.md` says. */
  readonly compatible?: boolean
}

/**
 * Years of points of many metrics in a folder, with their aggregates at any zoom.
 *
 * Open it, append and read, close it. Everything may be called at any time and side by side; what was appended can be read once its
 * promise has resolved. A read sees the store as it was when it was called.
 */
export class Timeline {
  readonly #store: Store
  readonly #keeper: Keeper
  #refused = 0

  private constructor(store: Store) {
    this.#store = store
    this.#keeper = new Keeper(store)
  }

  /**
   * Open a folder, which is made if it is missing, whatever a crash has left in it. What is damaged is passed over and named in `status`.
   *
   * @throws {StorageError} `in-use`; `format` if a newer program wrote it; `damaged` if nothing says any more what it holds; as the disk fails
   * @throws {DataError} `option`; `block-machine` on a big-endian machine
   */
  static async open(folder: string, options?: TimelineOptions): Promise<Timeline> {
    return new Timeline(await Store.open(folder, storeOptions(options)))
  }

  /**
   * Aggregation of a metric, made known to the store if it is new. Blocks written with others are answered from their points, and rewritten
   * later.
   *
   * @throws {DataError} `metric-name`, `level-parameters`
   */
  async declare(metric: string, parameters: LevelParameters): Promise<void> {
    if (!this.#store.catalog.byName(metric)) checkMetricName(metric)
    await this.#store.declare(metric, checkLevelParameters(metric, parameters))
  }

  /**
   * Resolves when the points are on disk. The columns are copied before this returns. They may be in any order; for a time that has a value
   * already the new one counts. A metric that is not known is made with the default parameters.
   *
   * Points with an infinite value or a time of zero or before are left out and counted in `status`. NaN marks a gap.
   *
   * @throws {DataError} `metric-name`; `chunk-length` for columns of unequal length
   * @throws {StorageError} `busy` if too much waits for the disk; as the disk fails, and then none of these points has been stored
   */
  append(metric: string, columns: Columns): Promise<void> {
    try {
      return this.#append(metric, columns)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Resolves when everything appended so far is on disk.
   *
   * @throws {StorageError} if some of what is under way cannot be stored
   */
  flush(): Promise<void> {
    return this.#store.queue.flush()
  }

  /** Names of all metrics, in no order. */
  metrics(): string[] {
    return Array.from(this.#store.catalog.metrics(), ({ name }) => name)
  }

  /**
   * Metrics in the order in which they were made, at most `limit`: those behind a place, which is 0 at first and then the `place` of the last
   * one. A place stays valid whatever is made or deleted meanwhile. None are left at the end.
   */
  metricsBehind(place: number, limit: number): { readonly name: string; readonly place: number }[] {
    return this.#store.catalog.following(place, limit).map(({ name, number }) => ({ name, place: number }))
  }

  info(metric: string): MetricInfo | undefined {
    const stored = this.#store.catalog.byName(metric)
    return stored && { name: stored.name, parameters: stored.parameters, ...this.#store.extentOf(stored.number) }
  }

  /**
   * The newest points of a metric as far as they are in memory, which those since the last checkpoint are; undefined if none is.
   *
   * For looks at very many metrics: at once, without reading anything, in about a microsecond and some nanoseconds a point.
   *
   * @throws {DataError} `unknown-metric`
   */
  recent(metric: string, reach: RecentReach): RecentPoints | undefined {
    const { number } = this.#stored(metric)
    const { heads } = this.#store
    const pieces = function* () {
      for (let i = heads.length - 1; i >= 0; i--) yield* heads[i]!.get(number)?.newestFirst() ?? []
    }
    return recentPoints(pieces(), reach)
  }

  /**
   * What is known of the values of `beginNs` ≤ time < `endNs`: exact for any two times, whatever the number of points between them.
   *
   * @throws {DataError} `unknown-metric`
   */
  async aggregate(metric: string, beginNs: bigint, endNs: bigint, options: ReadOptions = {}): Promise<TimeAggregate> {
    const found = await withRuns(this.#store, this.#stored(metric), { beginNs, endNs }, (runs, parameters) =>
      readAggregate(runs, parameters, beginNs, endNs, options.signal),
    )
    return new TimeAggregate({
      timestamp: new Timestamp(beginNs),
      minimum: found.minimum,
      maximum: found.maximum,
      sum: found.sum,
      count: found.count,
      integralNs: found.integral,
      activeTime: new Timedelta(BigInt(found.activeNs)),
    })
  }

  /**
   * Rows that overlap `beginNs` ≤ time < `endNs` and are as long as possible up to `maxIntervalNs`; see `timelineRows`.
   *
   * @throws {DataError} `unknown-metric`; `too-many` above the limit
   */
  async timeline(
    metric: string,
    beginNs: bigint,
    endNs: bigint,
    maxIntervalNs: bigint,
    options?: TimelineRowsOptions,
  ): Promise<TimelineRows> {
    const window = { beginNs, endNs, marginNs: maxIntervalNs }
    return withRuns(this.#store, this.#stored(metric), window, (runs, parameters) =>
      timelineRows(runs, parameters, beginNs, endNs, maxIntervalNs, options),
    )
  }

  /**
   * The points of `beginNs` ≤ time < `endNs`, those that mark gaps included.
   *
   * @throws {DataError} `unknown-metric`; `too-many` above the limit
   */
  async raw(metric: string, beginNs: bigint, endNs: bigint, options?: ReadOptions): Promise<Columns> {
    return withRuns(this.#store, this.#stored(metric), { beginNs, endNs }, async (runs) =>
      pointColumns(await collectPoints(runs, beginNs, endNs, options)),
    )
  }

  /**
   * The newest point, also one that marks a gap; undefined if there is none.
   *
   * @throws {DataError} `unknown-metric`
   */
  async last(metric: string): Promise<TimeValue | undefined> {
    const point = await withRuns(this.#store, this.#stored(metric), AT_THE_END, async (runs) => lastPoint(runs))
    return point && new TimeValue(new Timestamp(point.ns), point.value)
  }

  /**
   * The answer to a history request as it goes over the wire; what is wrong with the request is an answer, too. With `compatible` it is the
   * original's.
   *
   * @throws {DataError} `unknown-metric`
   */
  async answer(metric: string, request: HistoryRequest, options: AnswerOptions = {}): Promise<HistoryResponseParts> {
    const answer = options.compatible ? compatibleAnswer : historyAnswer
    const { type, startTimeNs: beginNs, endTimeNs: endNs, intervalMaxNs } = request
    const isLast = type === HistoryRequestType.lastValue
    const window = isLast ? AT_THE_END : { beginNs, endNs, marginNs: intervalMaxNs > 0n ? intervalMaxNs : 0n }
    const read = (within: ReadWindow | undefined) =>
      withRuns(this.#store, this.#stored(metric), within, (runs, parameters) =>
        answer({ metric, parameters, runs }, request, options),
      )
    const found = await read(window)
    // The last points may all mark gaps.
    return isLast && !found.times ? read(undefined) : found
  }

  /**
   * Forget a metric, or its points with `beginNs` ≤ time < `endNs`; resolves when that is safe. One that is not known is no error.
   *
   * What is appended after the call stays. Where only rows are left, those go that reach into the range.
   */
  async delete(metric: string, range?: { beginNs: bigint; endNs: bigint }): Promise<void> {
    this.#store.checkOpen()
    const stored = this.#store.catalog.byName(metric)
    if (!stored) return
    if (!range) await this.#store.deleteMetric(stored)
    else if (range.beginNs < range.endNs) await this.#keeper.deleteRange(stored.number, range.beginNs, range.endNs)
  }

  /**
   * Give a metric another name; its history is there under that from now on, and no block is written again. Where the other name has points
   * as well the two become one, if they have none of the same time but equal ones: those of the smaller, at most four million, are
   * written again. Points that come under the old name afterwards are those of a new metric.
   *
   * Safe when it resolves. After a crash in between nothing is missing, under one name or the other, and the same call goes on.
   *
   * @throws {DataError} `unknown-metric`, `metric-name`; `has-history` if both have points that do not go together, and nothing has changed
   * then; `still-written` if points of the smaller one go on to come
   * @throws {StorageError} as the disk fails
   */
  async rename(metric: string, name: string): Promise<Renamed> {
    checkMetricName(name)
    this.#stored(metric)
    return this.#keeper.run(async () => renameMetric(this.#store, this.#stored(metric), name))
  }

  /**
   * What `rename` would do, as of now.
   *
   * @throws {DataError} `unknown-metric`
   */
  async renameOutlook(metric: string, name: string): Promise<RenameOutlook> {
    return renameOutlook(this.#store, this.#stored(metric), name)
  }

  /** Write all points that are in memory to a segment, and begin a new journal; happens by itself when there are many. */
  checkpoint(): Promise<void> {
    return this.#store.checkpoint()
  }

  /**
   * How long points and rows are kept; takes the place of all rules before. They are applied in the background from now on, as long as the
   * store is open.
   *
   * @throws {DataError} `retention`, `pattern`
   */
  setRetention(rules: readonly RetentionRule[]): void {
    this.#keeper.setRetention(rules)
  }

  /** Merge whatever can be merged, at full speed; in the background only what pays is, slowly. */
  compact({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#keeper.compact(signal)
  }

  /**
   * Write everything appended before the call to a folder, while all goes on; again later into the same folder only what is new. A backup is
   * a store: it can be opened, or copied by `restore`.
   *
   * @throws {StorageError} `format` if the folder has a backup of another store; `in-use`; as the disk fails, and then an earlier backup
   * still counts
   */
  backup(folder: string, options: BackupOptions = {}): Promise<BackupReport> {
    return this.#keeper.backup(folder, options)
  }

  /**
   * Make a store of a backup, in a folder that is empty or missing; every block is checked.
   *
   * @throws {StorageError} `damaged`, `format`; as the disk fails
   */
  static restore(
    backup: string,
    folder: string,
    options: Pick<BackupOptions, "onProgress" | "signal"> = {},
  ): Promise<void> {
    return restoreStore(nodeDisk, backup, folder, options)
  }

  /** Look at every byte on the disk, and whether rows and totals are what the points say; yields what is wrong. */
  verify(options: VerifyOptions = {}): AsyncGenerator<StoreProblem> {
    this.#store.checkOpen()
    return verifyStore(this.#store, options)
  }

  /** How the store is; costs a look at each run. */
  status(): StoreStatus {
    return statusOf(this.#store, this.#keeper, this.#refused)
  }

  /** Resolves when everything appended is on disk and the folder is free for others. Calling it again does nothing. */
  async close(): Promise<void> {
    await this.#keeper.close()
    await this.#store.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #append(metric: string, columns: Columns): Promise<void> {
    this.#store.checkOpen()
    if (columns.times.length !== columns.values.length) {
      const lengths = `${columns.times.length} times and ${columns.values.length} values`
      throw new DataError("chunk-length", `${metric}: ${lengths} are no points`)
    }
    let stored = this.#store.catalog.byName(metric)
    if (!stored) {
      checkMetricName(metric)
      stored = this.#store.metric(metric)
    }
    const { times, values } = storable(columns)
    this.#refused += columns.times.length - times.length
    return times.length === 0 ? Promise.resolve() : this.#store.queue.append(stored.number, times, values)
  }

  #stored(metric: string): StoredMetric {
    this.#store.checkOpen()
    const stored = this.#store.catalog.byName(metric)
    if (!stored) throw new DataError("unknown-metric", `there is no metric ${metric}`)
    return stored
  }
}
