import { Timedelta } from "@metricq/client"
import type { RabbitmqConfig, VhostConfig } from "./config.js"
import { Listing, type ObjectMetric } from "./listing.js"

/** Where the totals of the cluster are in the overview. */
const totals: Readonly<Record<string, readonly string[]>> = {
  messages: ["queue_totals", "messages"],
  messages_ready: ["queue_totals", "messages_ready"],
  messages_unacknowledged: ["queue_totals", "messages_unacknowledged"],
}

/** Keys of nodes that count bytes. */
const inBytes = /^(mem_|disk_free|io_\w+_bytes)/

/** What is asked of a vhost: names of metrics and numbers as the original has them. */
export function vhostListings(
  config: RabbitmqConfig,
  { name, vhost, exchanges = {}, queues = {} }: VhostConfig,
): Listing[] {
  const metrics = new MetricTable(config)
  const exchangeMetrics = Object.entries(exchanges).flatMap(([object, { rates = [] }]) =>
    rates.map((rate) => metrics.rate(object, rate, `${name}.exchange.${part(object)}.${rate}.rate`)),
  )
  const queueMetrics = Object.entries(queues).flatMap(([object, { rates = [], counts = [], memory = [] }]) => [
    ...rates.map((rate) => metrics.rate(object, rate, `${name}.queue.${part(object)}.${rate}.rate`)),
    ...counts.map((count) => metrics.number(object, [count], `${name}.queue.${part(object)}.${count}.count`, "msg")),
    ...memory.map((size) => metrics.number(object, [size], `${name}.queue.${part(object)}.${size}.size`, "B")),
  ])
  const where = encodeURIComponent(vhost)
  return [
    ...(exchangeMetrics.length > 0 ? [new Listing(`exchanges/${where}`, Object.fromEntries(exchangeMetrics))] : []),
    ...(queueMetrics.length > 0 ? [new Listing(`queues/${where}`, Object.fromEntries(queueMetrics))] : []),
  ]
}

/** The totals of the cluster. */
export function overviewListing(config: RabbitmqConfig): Listing {
  const metrics = new MetricTable(config)
  const entries = config.overview.map((key) =>
    metrics.number(
      undefined,
      totals[key] ?? ["object_totals", key],
      `overview.${key}`,
      key.startsWith("messages") ? "msg" : "",
    ),
  )
  return new Listing("overview", Object.fromEntries(entries))
}

/** Nodes are known only when they have been listed. */
export function nodesListing(config: RabbitmqConfig, nodes: readonly string[]): Listing {
  const metrics = new MetricTable(config)
  const entries = nodes.flatMap((node) =>
    config.nodes.map((key) => metrics.number(node, [key], `node.${part(node)}.${key}`, inBytes.test(key) ? "B" : "")),
  )
  return new Listing("nodes", Object.fromEntries(entries))
}

class MetricTable {
  readonly #prefix: string
  readonly #rateHz: number

  constructor({ prefix, interval }: RabbitmqConfig) {
    this.#prefix = prefix === "" ? "" : `${prefix.replace(/\.$/, "")}.`
    this.#rateHz = 1 / Timedelta.from(interval).s
  }

  /** Messages a second, of a counter in the statistics. */
  rate(object: string, key: string, name: string): [string, ObjectMetric] {
    const [metric, settings] = this.number(object, ["message_stats", key], name, "msg/s")
    return [metric, { ...settings, isRate: true }]
  }

  number(object: string | undefined, path: readonly string[], name: string, unit: string): [string, ObjectMetric] {
    const metadata = { rate: this.#rateHz, ...(unit !== "" && { unit }) }
    return [this.#prefix + name, { object, path, isRate: false, metadata }]
  }
}

/** A name of RabbitMQ as part of a metric's name: `.` and `-` become `_`, as the original has it, and so does what cannot stand there. */
function part(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "_") || "default"
}
