import {
  Administrators,
  type ClientOptions,
  consoleLogger,
  type JsonObject,
  type Logger,
  MetricqError,
} from "@metricq/client"
import type { TimelineOptions } from "@metricq/timeline"
import { FollowedDocument } from "./configuration/followed-document.js"
import { Follower } from "./configuration/follower.js"
import { StoragePlan } from "./configuration/storage-plan.js"
import { HistoryDesk } from "./history/history-desk.js"
import { Ingest } from "./ingest.js"
import { JobList } from "./jobs/job-list.js"
import { MetricBook } from "./metrics/metric-book.js"
import { Registrar } from "./metrics/registrar.js"
import type { DatabaseClient } from "./network/database-client.js"
import { openStore } from "./open-store.js"
import { databaseFunctions } from "./rpc/functions.js"
import { measureDatabase } from "./self-metrics/measurement.js"
import { SelfMetrics } from "./self-metrics/self-metrics.js"
import { WorkMeter } from "./self-metrics/work-meter.js"
import type { Store } from "./store.js"

/** What a database needs. */
export interface DatabaseOptions
  extends Pick<ClientOptions, "connectionTimeout" | "heartbeat" | "tls" | "clientVersion" | "stopTimeout"> {
  /** Name on the network, and of its configuration. That of the original is `db-hta`. */
  token: string
  /** `amqp[s]://user:password@host:port/vhost` of the management network. */
  url: string
  /** Where everything is kept; made if it is not there. One database at a time can use it. */
  folder: string
  /** AMQP users who may delete, import, back up and the like. Default: none. */
  administrators?: readonly string[]
  /** How the store works. */
  timeline?: TimelineOptions
  /** An earlier database of this process has had the folder, and has ended without giving it back: the thread it ran in has crashed. */
  isSuccessor?: boolean
  /** Default: warnings and errors on standard error. */
  logger?: Logger
}

/** How long the background work is waited for when the database stops. */
const SETTLE_MS = 300

/** History requests that the broker hands over at once; how many are worked on is up to the configuration. */
const REQUESTS_AHEAD = 1000
/** The configuration may set less. */
const MAX_ANSWER_BYTES = 100 * 1024 * 1024
const LONGEST_REQUEST = "1 h"

/**
 * A database: stores what the network measures, as its configuration says, and answers history requests.
 *
 * Life cycle: `start()` once, then `stop()`, also from within callbacks and more than once. A lost connection is restored by itself; what was
 * not acknowledged comes again. What is acknowledged is on disk. Two can run in one process, with tokens and folders of their own.
 */
export class Database {
  readonly #options: DatabaseOptions
  readonly #logger: Logger
  readonly #client: DatabaseClient
  #engine: Engine | undefined
  #started = false
  #stopping: Promise<void> | undefined

  /** @throws {DataError} for a token or URL that is none */
  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#logger = options.logger ?? consoleLogger("warn")
  }
}
