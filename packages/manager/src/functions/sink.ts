import { randomUUID } from "node:crypto"
import {
  exchanges,
  isRpcQueue,
  type JsonObject,
  managementQueue,
  type RpcContext,
  sinkDataQueue,
} from "@metricq/client"
import { checkKey, keyList, optionalBoolean, optionalSeconds, optionalText, text, tokenOf } from "../arguments.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { QueueSettings } from "../topology/queue-settings.js"
import type { QueueWish } from "../topology/topology.js"
import { handedOut, metadataByName, requiredConfig } from "./documents.js"
import { haveQueue } from "./have-queue.js"

/** Longest time that a queue may outlive its consumer. */
const MAX_KEEP_S = 7 * 24 * 3600
/** The names we give to queues that outlive their consumers; these, and no others, are deleted by `sink.release`. */
const KEPT_QUEUE = /^(.+)-[0-9a-f]{32}-kept-data$/

const REMEDY = 'ask with "metadata": false, or for fewer metrics at a time'

/** Functions for sinks, subscribers and drains, with their old names. */
export function sinkFunctions(services: Services): FunctionGroup {
  const subscribe = (args: JsonObject, context: RpcContext) => subscribeSink(services, args, context)
  const unsubscribe = (args: JsonObject) => unsubscribeSink(services, args)
  const release = (args: JsonObject, context: RpcContext) => releaseSink(services, args, context)
  return {
    "sink.register": (_, context) => register(services, context),
    "sink.subscribe": subscribe,
    subscribe,
    "sink.unsubscribe": unsubscribe,
    unsubscribe,
    "sink.release": release,
    release,
  }
}

async function register(services: Services, context: RpcContext): Promise<JsonObject> {
  const config = await requiredConfig(services, tokenOf(context))
  return { dataServerAddress: services.dataServerAddress, config: handedOut(services, config) }
}

/** Metadata is read first: a request that asks for too much of it then has no effect. */
async function subscribeSink(services: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  const { dataServerAddress } = services
  const token = tokenOf(context)
  const metrics = args.metrics === undefined ? [] : keyList(args, "metrics")
  const withMetadata = optionalBoolean(args, "metadata") ?? true
  const wish = await sinkQueue(services, token, args)
  const answer = withMetadata ? await metadataByName(services, metrics, REMEDY) : metrics
  await haveQueue(services, wish, { token, role: "sink", kind: "data" }, metrics)
  return { dataServerAddress, dataQueue: wish.name, metrics: answer }
}

async function sinkQueue(
  { documents, logger, keptQueueBytes }: Services,
  token: string,
  args: JsonObject,
): Promise<QueueWish> {
  const given = optionalText(args, "dataQueue")
  if (given !== undefined) checkDataQueue(given)
  const keep = optionalSeconds(args, "keep", MAX_KEEP_S)
  const settings = new QueueSettings(token, (await documents.config(token))?.config, logger)
  const uuid = randomUUID().replaceAll("-", "")
  const isNew = given === undefined
  if (keep !== undefined) {
    const name = given ?? `${token}-${uuid}-kept-data`
    return { name, life: "kept", arguments: settings.kept(keep, keptQueueBytes), isNew }
  }
  const name = given ?? sinkDataQueue(token, uuid)
  if (!name.startsWith(token)) logger.debug(`${token} uses a queue of another name`, { queue: name })
  return { name, life: "fleeting", arguments: settings.sink(args.expires), isNew }
}

/** Unbind, then mark the end behind whatever is in the queue already. */
async function unsubscribeSink(services: Services, args: JsonObject): Promise<JsonObject> {
  const { dataServerAddress, topology, queues } = services
  const dataQueue = text(args, "dataQueue")
  checkDataQueue(dataQueue)
  const metrics = keyList(args, "metrics")
  const end = optionalBoolean(args, "end") ?? true
  const withMetadata = optionalBoolean(args, "metadata") ?? true
  const answer = withMetadata
    ? await metadataByName(services, metrics, REMEDY)
    : Object.fromEntries(metrics.map((name) => [name, null]))
  await topology.checkQueue(dataQueue)
  await topology.unbind({ queue: dataQueue, exchange: exchanges.data, keys: metrics })
  queues.unbound(dataQueue, metrics)
  if (end) await topology.sendEnd(dataQueue)
  return { dataServerAddress, dataQueue, metrics: answer }
}

/** Queues go by themselves, but for kept ones: those go when their owner says that it is done. */
async function releaseSink(
  { topology, queues }: Services,
  args: JsonObject,
  { fromToken }: RpcContext,
): Promise<JsonObject> {
  const dataQueue = text(args, "dataQueue")
  if (fromToken === undefined || KEPT_QUEUE.exec(dataQueue)?.[1] !== fromToken) return {}
  await topology.deleteQueue(dataQueue)
  queues.forget(dataQueue)
  return {}
}

/** Any client may name any data queue, since a drain uses the queue of a subscriber. Data has no place in the other queues. */
function checkDataQueue(name: string): void {
  checkKey(name, "dataQueue")
  if (name === managementQueue || isRpcQueue(name) || /-(hreq|hrsp)$/.test(name) || name.startsWith("amq.")) {
    throw new RequestError(`"${name}" is not a queue for data`)
  }
}
