import type { Administrators, JsonObject, Logger, RpcContext } from "@metricq/client"
import type { ClientLabelBook } from "./client-label-book.js"
import type { ClientRegistry } from "./client-registry.js"
import type { DocumentStore } from "./documents/store.js"
import type { Contests } from "./metrics/contests.js"
import type { MetricCatalog } from "./metrics/metric-catalog.js"
import type { QueueRegistry } from "./queues/queue-registry.js"
import type { QueueWatch } from "./queues/queue-watch.js"
import type { Topology } from "./topology/topology.js"
import type { VersionKeeper } from "./version-keeper.js"

/** How functions reach other clients. */
export interface Network {
  /** Ask one client. Rejects as `Client.rpcTo`. */
  ask(token: string, name: string, args: JsonObject, timeoutS: number): Promise<JsonObject>
  /** Whether somebody has this token now, be it that he does not answer. */
  isConnected(token: string): Promise<boolean>
  /** Send `discover` to all, and hand on the answers that come in time. */
  askEverybody(timeoutS: number): AsyncIterable<{ token: string | undefined; response: JsonObject }>
}

/** What the functions of the manager work with. */
export interface Services {
  readonly documents: DocumentStore
  readonly catalog: MetricCatalog
  readonly topology: Topology
  readonly queues: QueueRegistry
  readonly queueWatch: QueueWatch
  readonly clients: ClientRegistry
  readonly labels: ClientLabelBook
  readonly contests: Contests
  readonly versions: VersionKeeper
  readonly administrators: Administrators
  readonly network: Network
  readonly logger: Logger
  /** What clients are told as the address of the data network. */
  readonly dataServerAddress: string
  /** Most bytes that wait in a queue which outlives its consumer. */
  readonly keptQueueBytes: number
}

/** Answers one RPC. What it throws goes back as the error. */
export type ManagerFunction = (args: JsonObject, context: RpcContext) => Promise<JsonObject>

/** Functions by name. */
export type FunctionGroup = Record<string, ManagerFunction>
