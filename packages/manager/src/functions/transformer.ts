import { dataQueue, type JsonObject, type RpcContext } from "@metricq/client"
import { keyList, tokenOf } from "../arguments.js"
import type { FunctionGroup, Services } from "../services.js"
import { QueueSettings } from "../topology/queue-settings.js"
import { metadataByName, requiredConfig } from "./documents.js"
import { haveQueue } from "./have-queue.js"
import { declareMetrics, register } from "./source.js"

/** Functions for transformers, with their old names. */
export function transformerFunctions(services: Services): FunctionGroup {
  const declare = (args: JsonObject, context: RpcContext) => declareMetrics(services, args, context)
  return {
    "transformer.register": (_, context) => register(services, context),
    "transformer.subscribe": (args, context) => subscribe(services, args, context),
    "transformer.declare_metrics": declare,
    "transformer.metrics_list": declare,
  }
}

/** A queue that lasts. Bindings are only ever added; the answer has metadata always, as transformers rely on it. */
async function subscribe(services: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  const { dataServerAddress, logger } = services
  const token = tokenOf(context)
  const metrics = keyList(args, "metrics")
  const { config } = await requiredConfig(services, token)
  const settings = new QueueSettings(token, config, logger)
  const name = dataQueue(token, settings.type("data"))
  const answer = await metadataByName(services, metrics, "subscribe to fewer metrics at a time")
  const wish = { name, life: "lasting", arguments: settings.lasting("data") } as const
  await haveQueue(services, wish, { token, role: "transformer", kind: "data" }, metrics)
  return { dataServerAddress, dataQueue: name, metrics: answer }
}
