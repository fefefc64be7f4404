import {
  checkMetricName,
  dataQueue,
  exchanges,
  historyRequestQueue,
  isBindingPattern,
  type JsonObject,
  type JsonValue,
  type RpcContext,
} from "@metricq/client"
import { checkKey, isObject, keyList, optionalBoolean, required, text, tokenOf } from "../arguments.js"
import type { ConfigVersion } from "../documents/store.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { QueueSettings } from "../topology/queue-settings.js"
import { handedOut, metadataByName, requiredConfig } from "./documents.js"
import { haveQueue } from "./have-queue.js"

/** What a database stores: data comes as `input`, history is asked for as `name`. */
interface Stored {
  readonly name: string
  readonly input: string
}

/** Functions for databases. */
export function dbFunctions(services: Services): FunctionGroup {
  return {
    "db.register": (_, context) => register(services, context),
    "db.subscribe": (args, context) => subscribe(services, args, context),
    "db.unsubscribe": (args, context) => unsubscribe(services, args, context),
  }
}

async function register(services: Services, context: RpcContext): Promise<JsonObject> {
  const { dataServerAddress } = services
  const config = await requiredConfig(services, tokenOf(context))
  const queues = await ensureQueues(services, config)
  return { dataServerAddress, dataExchange: exchanges.data, ...queues, config: handedOut(services, config) }
}

async function subscribe(services: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  const { dataServerAddress, documents } = services
  const token = tokenOf(context)
  const stored = storedList(required(args, "metrics"))
  const names = stored.map(({ name }) => name)
  const withMetadata = optionalBoolean(args, "metadata") ?? true
  const inputs = new Set(stored.map(({ input }) => input))
  const config = await requiredConfig(services, token)
  const queues = await ensureQueues(services, config, { inputs: [...inputs], names: [...new Set(names)] })
  const metrics = [...new Set(names)].filter((name) => !isBindingPattern(name))
  await documents.update("metadata", metrics, (_, current) =>
    current?.historic === true ? undefined : { ...current, historic: true },
  )
  const answer = withMetadata ? await metadataByName(services, names, 'ask with "metadata": false') : names
  return { dataServerAddress, ...queues, metrics: answer }
}

/** No more data of `inputs`, no more history requests about `names`, which are not `historic` any more. */
async function unsubscribe(services: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  const { topology, documents, queues: known } = services
  const inputs = args.inputs === undefined ? [] : keyList(args, "inputs")
  const names = args.names === undefined ? [] : keyList(args, "names")
  const queues = await ensureQueues(services, await requiredConfig(services, tokenOf(context)))
  await Promise.all([
    topology.unbind({ queue: queues.dataQueue, exchange: exchanges.data, keys: [...new Set(inputs)] }),
    topology.unbind({ queue: queues.historyQueue, exchange: exchanges.history, keys: [...new Set(names)] }),
  ])
  known.unbound(queues.dataQueue, inputs)
  const metrics = [...new Set(names)].filter((name) => !isBindingPattern(name))
  await documents.update("metadata", metrics, (_, current) => {
    if (current?.historic !== true) return undefined
    const { historic: _historic, ...rest } = current
    return rest
  })
  return {}
}

/** Both queues, bound to these besides what they are bound to. */
async function ensureQueues(
  services: Services,
  { token, config }: ConfigVersion,
  { inputs, names }: { inputs: string[]; names: string[] } = { inputs: [], names: [] },
) {
  const settings = new QueueSettings(token, config, services.logger)
  const queues = {
    dataQueue: dataQueue(token, settings.type("data")),
    historyQueue: historyRequestQueue(token, settings.type("hreq")),
  }
  const data = { name: queues.dataQueue, life: "lasting", arguments: settings.lasting("data") } as const
  const history = { name: queues.historyQueue, life: "lasting", arguments: settings.lasting("hreq") } as const
  await Promise.all([
    haveQueue(services, data, { token, role: "database", kind: "data" }, inputs),
    haveQueue(services, history, { token, role: "database", kind: "history" }, names),
  ])
  return queues
}

function storedList(metrics: JsonValue): Stored[] {
  if (!Array.isArray(metrics))
    throw new RequestError('"metrics" must be a list of names or objects with "name" and "input"')
  return metrics.map((item) => {
    if (typeof item !== "string" && !isObject(item)) {
      throw new RequestError('"metrics" has an item that is neither a name nor an object with "name" and "input"')
    }
    const name = typeof item === "string" ? item : text(item, "name")
    const input = isObject(item) && item.input !== undefined && item.input !== null ? text(item, "input") : name
    checkKey(input, "metrics")
    checkKey(name, "metrics")
    if (!isBindingPattern(name)) checkMetricName(name)
    return { name, input }
  })
}
