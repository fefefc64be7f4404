import { ClientList } from "../network/client-list.js"
import { ClientRowReader } from "../network/client-row-reader.js"
import { ConfigBook } from "../network/config-book.js"
import { PublishedKinds } from "../network/published-kinds.js"
import { QueueBacklog } from "../network/queue-backlog.js"
import { Secrets } from "../network/secrets.js"
import type { WebPart } from "../server/context.js"
import { Gate } from "../server/gate.js"
import { clientLabels } from "./client-labels.js"
import { clients } from "./clients.js"
import { clientsLive } from "./clients-live.js"
import { configBundle } from "./config-bundle.js"
import { configPatch } from "./config-patch.js"
import { configs } from "./configs.js"
import type { Endpoints } from "./endpoints.js"
import { exportData } from "./export.js"
import { history } from "./history.js"
import { kinds } from "./kinds.js"
import { last } from "./last.js"
import { metricLookup } from "./metric-lookup.js"
import { metricStorage } from "./metric-storage.js"
import { metrics } from "./metrics.js"
import { metricsChange } from "./metrics-change.js"
import { metricsDelete } from "./metrics-delete.js"
import { metricsDependents } from "./metrics-dependents.js"
import { metricsRename } from "./metrics-rename.js"
import { network } from "./network.js"
import { queues } from "./queues.js"
import { status } from "./status.js"
import { tiles } from "./tiles.js"

const groups: readonly Endpoints[] = [
  status,
  metrics,
  metricsChange,
  metricsDelete,
  metricsDependents,
  metricsRename,
  metricStorage,
  last,
  history,
  tiles,
  exportData,
  clients,
  clientLabels,
  clientsLive,
  configs,
  configPatch,
  configBundle,
  kinds,
  network,
  queues,
  metricLookup,
]

/** API v1, but for live data. */
export const api: WebPart = async (app, context) => {
  const gate = new Gate(64, 1000)
  const clientList = new ClientList(context.rpc)
  const backlog = new QueueBacklog(context.rpc)
  const clientRows = new ClientRowReader({ clientList, catalogue: context.catalogue, backlog })
  const configBook = new ConfigBook(context.rpc)
  const published = new PublishedKinds(context.rpc)
  const secrets = new Secrets()
  const shared = { ...context, gate, clientList, clientRows, configBook, published, secrets }
  context.figures.gauge("metricq_web_requests_working", "API requests that ask databases now", () => gate.running)
  await app.register(
    async (scope) => {
      for (const group of groups) group(scope, shared)
    },
    { prefix: "/api/v1" },
  )
}
