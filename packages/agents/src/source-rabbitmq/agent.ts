import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { type RabbitmqConfig, rabbitmqSchema } from "./config.js"
import { ListingJob, NodesJob } from "./listing-job.js"
import { overviewListing, vhostListings } from "./listings.js"

/** Asks RabbitMQ's management API about exchanges, queues, nodes and the cluster. */
export class RabbitmqSource extends PollingSource<RabbitmqConfig> {
  protected override jobs(config: RabbitmqConfig): ListingJob[] {
    return [
      ...config.vhosts.map((vhost) => new ListingJob(config, vhost.name, vhostListings(config, vhost))),
      ...(config.nodes.length > 0 ? [new NodesJob(config)] : []),
      ...(config.overview.length > 0 ? [new ListingJob(config, "overview", [overviewListing(config)])] : []),
    ]
  }
}

export const rabbitmq: AgentKind<RabbitmqConfig> = {
  name: "source-rabbitmq",
  summary: "RabbitMQ: rates and lengths of queues, exchanges, nodes, connections",
  schema: rabbitmqSchema,
  create: (options) => new RabbitmqSource(options),
  sample: () => readSample("source-rabbitmq"),
}
