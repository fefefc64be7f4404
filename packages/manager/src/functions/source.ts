import { exchanges, type JsonObject, type RpcContext } from "@metricq/client"
import { required, tokenOf } from "../arguments.js"
import type { FunctionGroup, Services } from "../services.js"
import { declarationsOf, declare } from "./declaration.js"
import { handedOut, requiredConfig } from "./documents.js"

/** Functions for sources. Transformers have the same ones under another name, see `transformer.ts`. */
export function sourceFunctions(services: Services): FunctionGroup {
  return {
    "source.register": (_, context) => register(services, context),
    "source.declare_metrics": (args, context) => declareMetrics(services, args, context),
    "source.metrics_list": (args, context) => declareMetrics(services, args, context),
  }
}

/** Hand out the configuration and where to send data. */
export async function register(services: Services, context: RpcContext): Promise<JsonObject> {
  const config = await requiredConfig(services, tokenOf(context))
  return {
    dataServerAddress: services.dataServerAddress,
    dataExchange: exchanges.data,
    config: handedOut(services, config),
  }
}

/** Merge the metadata of a source's metrics into what is stored. */
export async function declareMetrics(services: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  const token = tokenOf(context)
  if (args.metrics === undefined || args.metrics === null) {
    services.logger.warn(`${context.function} of ${token} names no metrics`)
    return {}
  }
  await declare(services, token, declarationsOf(required(args, "metrics")))
  return {}
}
