import { exchanges, historyResponseQueue, type JsonObject, type RpcContext } from "@metricq/client"
import { tokenOf } from "../arguments.js"
import type { FunctionGroup, Services } from "../services.js"
import { QueueSettings } from "../topology/queue-settings.js"
import { handedOut } from "./documents.js"

/** Functions for history clients. */
export function historyFunctions(services: Services): FunctionGroup {
  return { "history.register": (_, context) => register(services, context) }
}

/** Works without a configuration; the answer then has no key `config`, as clients take an empty one for theirs. */
async function register(services: Services, context: RpcContext): Promise<JsonObject> {
  const { dataServerAddress, documents, topology, logger } = services
  const token = tokenOf(context)
  const config = await documents.config(token)
  const settings = new QueueSettings(token, config?.config, logger)
  const historyQueue = historyResponseQueue(token)
  await topology.ensureQueue({ name: historyQueue, life: "fleeting", arguments: settings.historyResponse() })
  return {
    historyServerAddress: dataServerAddress,
    dataServerAddress,
    historyExchange: exchanges.history,
    historyQueue,
    ...(config && { config: handedOut(services, config) }),
  }
}
