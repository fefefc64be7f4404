import { dataQueue, historyRequestQueue } from "@metricq/client"
import type { ConfigVersion } from "../documents/store.js"
import type { QueueMaking } from "../queues/known-queue.js"
import type { Services } from "../services.js"
import { QueueSettings } from "../topology/queue-settings.js"

/** Look for lasting queues that clients with a configuration may have from before queues were remembered; now and then. */
export async function seekQueues(services: Services, budgetMs: number): Promise<void> {
  if (!services.queueWatch.isTimeToSeek()) return
  const configs = await services.documents.configs()
  const known = new Set(services.queues.list().map(({ token }) => token))
  const candidates = configs
    .filter(({ token }) => !token.startsWith("source-") && !known.has(token))
    .flatMap((config) => candidatesOf(services, config))
  await services.queueWatch.seek(candidates, budgetMs)
}

function candidatesOf({ logger }: Services, { token, config }: ConfigVersion): QueueMaking[] {
  const settings = new QueueSettings(token, config, logger)
  const role = token.startsWith("db-") ? "database" : "transformer"
  try {
    const data = { queue: dataQueue(token, settings.type("data")), token, role, kind: "data", life: "lasting" } as const
    if (role === "transformer") return [data]
    return [data, { ...data, queue: historyRequestQueue(token, settings.type("hreq")), kind: "history" }]
  } catch {
    return [] // a type of queue that there is not: nothing was made
  }
}
