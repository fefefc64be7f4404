import { type Metadata, Timestamp } from "@metricq/client"
import { milliseconds } from "../kit/fields/duration.js"
import type { FailurePolicy } from "../kit/fields/failure.js"
import { type Schedule, scheduleOf } from "../kit/fields/schedule.js"
import type { Job, Opening, PolledMetric, Round, Target } from "../kit/polling/job.js"
import type { RabbitmqConfig } from "./config.js"
import type { Listing } from "./listing.js"
import { nodesListing } from "./listings.js"
import { ManagementApi } from "./management-api.js"

/** Lists of the management API that are asked together. */
export class ListingJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure: FailurePolicy
  readonly targets: readonly [Target]
  protected readonly config: RabbitmqConfig
  protected listings: readonly Listing[]
  protected api: ManagementApi | undefined

  /** `name` is what the lists are of: a vhost, the cluster. */
  constructor(config: RabbitmqConfig, name: string, listings: readonly Listing[]) {
    this.config = config
    this.listings = listings
    this.schedule = scheduleOf(config.interval, config)
    this.timeoutMs = milliseconds(config.timeout)
    this.onFailure = config.onFailure ?? "skip"
    this.targets = [{ name, metrics: Object.assign({}, ...listings.map(polledMetrics)) }]
    const { host, username, password, verify_ssl, nodes } = config
    const asked = listings.map(({ path, metrics }) => [path, metrics])
    this.key = JSON.stringify([
      host,
      username,
      password,
      verify_ssl,
      nodes,
      name,
      asked,
      this.schedule,
      this.timeoutMs,
      this.onFailure,
    ])
  }

  async open(_opening: Opening): Promise<void> {
    this.api = new ManagementApi(this.config)
  }

  /** Points have the time at which their list came. */
  async poll(round: Round): Promise<void> {
    await Promise.all(this.listings.map((listing) => this.#read(listing, round)))
  }

  async close(): Promise<void> {
    await this.api?.close()
    this.api = undefined
  }

  async #read(listing: Listing, round: Round): Promise<void> {
    const objects = (await this.api?.list(listing.path, round.signal)) ?? []
    const time = Timestamp.now()
    const [target] = this.targets
    listing.read(
      objects,
      time,
      (metric, value) => round.send(metric, value, time),
      (metric, reason) => round.missing(target, metric, reason),
    )
  }
}

/** The nodes of the cluster: which there are is asked when the job is opened. */
export class NodesJob extends ListingJob {
  constructor(config: RabbitmqConfig) {
    super(config, "nodes", [])
  }

  override async open(opening: Opening): Promise<void> {
    await super.open(opening)
    const nodes = (await this.api?.list("nodes", opening.signal)) ?? []
    const listing = nodesListing(
      this.config,
      nodes.map(({ name }) => String(name)),
    )
    await opening.declare(this.targets[0], polledMetrics(listing))
    this.listings = [listing]
  }
}

function polledMetrics({ metrics }: Listing): Record<string, PolledMetric> {
  const entries = Object.entries(metrics).map(([name, { metadata }]): [string, { metadata: Metadata }] => [
    name,
    { metadata },
  ])
  return Object.fromEntries(entries)
}
