import type { MemoryGauge } from "./model/memory-gauge.js"
import type { Queue } from "./model/queue.js"
import type { Vhost } from "./model/vhost.js"
import type { Counters } from "./server/counters.js"

/** What a broker holds at a moment, and what it has done since it was made. */
export interface BrokerStats extends Counters {
  openConnections: number
  channels: number
  vhosts: number
  exchanges: number
  queues: number
  bindings: number
  consumers: number
  messagesReady: number
  messagesUnacked: number
  /** Bytes that messages hold. */
  memoryBytes: number
  /** Bytes above which publishers are blocked. */
  memoryLimitBytes: number
  /** Whether publishers are blocked. */
  blocked: boolean
}

/** Adds up what there is; walks through all queues. */
export function statsOf(
  vhosts: Iterable<Vhost>,
  connections: ReadonlySet<{ channelCount: number }>,
  gauge: MemoryGauge,
  counters: Counters,
): BrokerStats {
  const all = [...vhosts]
  const queues = all.flatMap((vhost) => [...vhost.queues])
  const ofQueues = (of: (queue: Queue) => number) => sum(queues, of)
  return {
    ...counters,
    openConnections: connections.size,
    channels: sum(connections, ({ channelCount }) => channelCount),
    vhosts: all.length,
    exchanges: sum(all, ({ exchangeCount }) => exchangeCount),
    queues: queues.length,
    bindings: sum(all, ({ bindingCount }) => bindingCount),
    consumers: ofQueues(({ consumerCount }) => consumerCount),
    messagesReady: ofQueues(({ readyCount }) => readyCount),
    messagesUnacked: ofQueues(({ unackedCount }) => unackedCount),
    memoryBytes: gauge.bytes,
    memoryLimitBytes: gauge.limitBytes,
    blocked: gauge.alarmed,
  }
}

function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0
  for (const item of items) total += of(item)
  return total
}
