import type { Columns, HistoryAnswer, HistoryContext, HistoryRequest, JsonObject, Logger } from "@metricq/client"
import { isSameParameters, type LevelParameters } from "@metricq/timeline"
import { FollowedDocument } from "./configuration/followed-document.js"
import { Follower } from "./configuration/follower.js"
import { retentionRules } from "./configuration/retention-rules.js"
import type { StoragePlan } from "./configuration/storage-plan.js"
import { HistoryDesk } from "./history/history-desk.js"
import { Ingest, type IngestStats } from "./ingest.js"
import { JobList } from "./jobs/job-list.js"
import { MetricBook } from "./metrics/metric-book.js"
import { Registrar } from "./metrics/registrar.js"
import { unannounced } from "./metrics/unannounced.js"
import type { DatabaseClient } from "./network/database-client.js"
import { Measurement } from "./self-metrics/measurement.js"
import { SelfMetrics } from "./self-metrics/self-metrics.js"
import { WorkMeter } from "./self-metrics/work-meter.js"
import type { Store } from "./store.js"

/** How long background work is waited for at the end; what it had to do, the next start does. */
const SETTLE_MS = 200

const noPoints: IngestStats = { stored: 0, ignored: 0, infinite: 0, future: 0 }

/** What a database is made of: an open store, a client, and between them what follows a configuration. */
export class Engine {
  readonly folder: string
  readonly store: Store
  readonly client: DatabaseClient
  readonly logger: Logger
  readonly jobs: JobList
  readonly registrar: Registrar
  readonly reads = new WorkMeter()
  readonly writes = new WorkMeter({ waitingIsWork: true })
  readonly #follower: Follower
  readonly #selfMetrics: SelfMetrics
  readonly #ending = new AbortController()
  #parts: { readonly book: MetricBook; readonly ingest: Ingest; readonly desk: HistoryDesk } | undefined

  constructor(parts: { folder: string; store: Store; client: DatabaseClient; logger: Logger }) {
    const { folder, store, client, logger } = parts
    this.folder = folder
    this.store = store
    this.client = client
    this.logger = logger
    this.jobs = new JobList(logger)
    const stopping = this.#ending.signal
    const declare = async (name: string, levels: LevelParameters) => {
      const known = store.info(name)
      if (known === undefined || !isSameParameters(known.parameters, levels)) await store.declare(name, levels)
    }
    this.registrar = new Registrar({
      ...{ logger, stopping, declare },
      metadata: (names) => client.getMetrics({ selector: names }),
      subscribe: (names) => client.subscribe(names),
    })
    this.#follower = new Follower({
      ...{ token: client.token, logger, stopping, declare },
      followed: new FollowedDocument(folder),
      subscribe: (metrics) => client.subscribe(metrics),
      unsubscribe: (keys) => client.unsubscribe(keys),
      leaveAlone: (names) => this.registrar.forget(new Set(names)),
      metrics: () => store.metrics(),
      info: (name) => store.info(name),
      adopt: (plan, before) => this.#adopt(plan, before),
    })
    const measurement = new Measurement({
      ...{ reads: this.reads, writes: this.writes },
      points: () => this.points,
      network: () => client.stats,
      store: () => store.figures(),
      metrics: () => ({ stored: store.metrics().length, waiting: this.registrar.waiting }),
    })
    this.#selfMetrics = new SelfMetrics(client, () => measurement.take(), logger)
  }

  /** What is stored, and how; undefined before the first configuration. */
  get plan(): StoragePlan | undefined {
    return this.#parts?.book.plan
  }

  /** Why points cannot be stored at the moment. */
  get trouble(): string | undefined {
    return this.#parts?.ingest.trouble
  }

  /** Points that have come in. */
  get points(): Readonly<IngestStats> {
    return this.#parts?.ingest.stats ?? noPoints
  }

  /** Follow a configuration; errors as of `Follower.follow`. */
  configure(document: JsonObject): Promise<void> {
    return this.#follower.follow(document)
  }

  /** Store points; resolves when they are on disk. */
  take(input: string, columns: Columns): void | Promise<void> {
    return this.#parts!.ingest.take(input, columns)
  }

  answer(metric: string, request: HistoryRequest, context: HistoryContext): Promise<HistoryAnswer> {
    return this.#parts!.desk.take(metric, request, context)
  }

  /** Metrics have been deleted: nobody needs to be told that they are there, until their next point. */
  async forget(names: string[]): Promise<void> {
    const deleted = new Set(names)
    this.#parts?.book.forget(deleted)
    await this.client.unsubscribe({ names: names.filter((name) => !this.plan?.names(name)) })
    for (const { name, levels } of this.plan?.named ?? []) {
      if (deleted.has(name)) await this.store.declare(name, levels)
    }
  }

  /** A metric has got another name: it is asked for under that from now on, and its points are looked at anew. */
  async renamed(from: string, to: string): Promise<void> {
    const both = new Set([from, to])
    this.#parts?.book.forget(both)
    for (const { name, levels } of this.plan?.named ?? []) {
      if (both.has(name)) await this.store.declare(name, levels)
    }
    await this.announce([to])
    const isStored = this.plan?.destination(from) !== undefined
    await this.client.unsubscribe({ names: this.plan?.names(from) ? [] : [from], inputs: isStored ? [] : [from] })
  }

  /** Metrics are stored that did not come over the network: tell the manager, so that they can be asked for. */
  async announce(names: string[]): Promise<void> {
    if (names.length === 0) return
    await this.client.subscribe(names)
    await this.client.unsubscribe({ inputs: names.filter((name) => this.plan?.destination(name)?.name !== name) })
  }

  /** Send own metrics, and tell of what is stored, from now on: once the client is connected. */
  begin(): void {
    this.#sendSelfMetrics()
    this.#announceStored().catch((error: unknown) => {
      if (!this.#ending.signal.aborted) this.logger.warn("stored metrics could not be announced", { reason: error })
    })
  }

  /** End what is under way; the client has stopped, and the store is closed. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.jobs.stop()
    const settled = Promise.all([this.registrar.stopped(), this.#follower.settled()])
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, SETTLE_MS).unref())])
    await this.store.close()
  }

  /** Before the client stops. */
  prepareStop(): void {
    this.#selfMetrics.stop()
    this.#ending.abort()
  }

  /** What came into the folder without a database. */
  async #announceStored(): Promise<void> {
    const historic = (names: string[]) => this.client.getMetrics({ selector: names, historic: true })
    for await (const names of unannounced(this.store.metrics(), historic, this.#ending.signal))
      await this.announce(names)
  }

  /** `before` is the plan that was followed last, maybe by an earlier process. */
  #adopt(plan: StoragePlan, before: StoragePlan | undefined): void {
    const { store, client, registrar, logger } = this
    if (this.#parts === undefined) {
      const book = new MetricBook(before ?? plan, store, registrar, logger)
      const ingest = new Ingest({ store, book, registrar, meter: this.writes, logger })
      const desk = new HistoryDesk(plan, {
        meter: this.reads,
        isStored: (metric) => store.info(metric) !== undefined,
        isHistoric: async (metric) => metric in (await client.getMetrics({ selector: [metric], historic: true })),
        answer: (metric, request, limits) => store.answer(metric, request, limits),
      })
      this.#parts = { book, ingest, desk }
    } else {
      this.#parts.desk.follow(plan)
      this.#sendSelfMetrics()
    }
    this.#parts.book.follow(plan, this.#ending.signal).catch((error: unknown) => {
      logger.error("levels could not be chosen anew", { reason: error })
    })
    store.retain(retentionRules(plan))
  }

  #sendSelfMetrics(): void {
    const stats = this.plan?.config.stats
    const prefix = `${this.client.token.replaceAll(/[^A-Za-z0-9_.]/g, "_")}.`
    this.#selfMetrics.follow(stats ? { prefix: stats.prefix ?? prefix, rate: stats.rate } : undefined)
  }
}
