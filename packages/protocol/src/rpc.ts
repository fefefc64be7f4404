import type { JsonObject } from "./json.js"
import type { Metadata } from "./metadata.js"
import type { ClientFunctions, ConfigFunctions, DatabaseFunctions } from "./rpc-extensions.js"
import type { MetadataFunctions } from "./rpc-metadata.js"
import type { NetworkFunctions } from "./rpc-network.js"

/**
 * The functions of MetricQ, their arguments and answers. All travel as JSON objects: arguments beside the key `function`, answers bare, or
 * `{"error": text}`. A peer may add keys; receivers ignore those they do not know.
 */
export interface RpcFunctions
  extends OriginalFunctions,
    ConfigFunctions,
    DatabaseFunctions,
    MetadataFunctions,
    ClientFunctions,
    NetworkFunctions {}

/** Name of a function. */
export type RpcName = keyof RpcFunctions
/** Arguments of a function. */
export type RpcArguments<Name extends RpcName> = RpcFunctions[Name]["arguments"]
/** Answer of a function. */
export type RpcAnswer<Name extends RpcName> = RpcFunctions[Name]["answer"]

/** Body of a request: the name of the function and its arguments side by side. */
export interface RpcRequest extends JsonObject {
  function: string
}

/** Body of the answer to a request that failed. */
export interface RpcErrorAnswer extends JsonObject {
  error: string
}

/** Whether a message is a request; all others are answers. */
export function isRpcRequest(body: JsonObject): body is RpcRequest {
  return typeof body.function === "string"
}

/** Whether an answer reports an error. Some peers send the key with another type than text: that is an error too. */
export function isRpcError(body: JsonObject): body is JsonObject & { error: NonNullable<JsonObject[string]> } {
  return body.error !== undefined && body.error !== null
}

/** Older names of functions that are still in use, and what they are called now. */
export const rpcAliases = {
  subscribe: "sink.subscribe",
  unsubscribe: "sink.unsubscribe",
  release: "sink.release",
  "history.get_metrics": "get_metrics",
  "source.metrics_list": "source.declare_metrics",
  "transformer.metrics_list": "transformer.declare_metrics",
} as const satisfies Record<string, RpcName>

/** No arguments or no result. */
export type Nothing = Record<string, never>

/** Metrics by name; `null` where nothing is known. Lists of names where metadata was not asked for. */
export type MetricDocuments = { [metric: string]: Metadata | null }

/** Configuration of a client as stored, with `_id` and `_rev` of the store. */
export type ConfigDocument = JsonObject

/** Functions of the original. */
export interface OriginalFunctions {
  "source.register": { arguments: Nothing; answer: SourceRegistration }
  "source.declare_metrics": { arguments: MetricDeclaration; answer: Nothing }
  "transformer.register": { arguments: Nothing; answer: SourceRegistration }
  "transformer.declare_metrics": { arguments: MetricDeclaration; answer: Nothing }
  "transformer.subscribe": { arguments: { metrics: string[]; metadata?: boolean }; answer: TransformerSubscription }
  "sink.register": { arguments: Nothing; answer: SinkRegistration }
  "sink.subscribe": { arguments: SinkSubscribeArguments; answer: SinkSubscription }
  "sink.unsubscribe": { arguments: SinkUnsubscribeArguments; answer: SinkUnsubscription }
  "sink.release": { arguments: { dataQueue: string }; answer: Nothing }
  "db.register": { arguments: Nothing; answer: DbRegistration }
  "db.subscribe": { arguments: DbSubscribeArguments; answer: DbSubscription }
  "history.register": { arguments: Nothing; answer: HistoryRegistration }
  get_metrics: { arguments: GetMetricsArguments; answer: { metrics: string[] | { [metric: string]: Metadata } } }
  /** Deprecated: every name. */
  "history.get_metric_list": { arguments: Nothing; answer: { metric_list: string[] } }
  /** Named in the original's documentation, but its manager does not have it. */
  get_configs: { arguments: { selector?: string | string[] }; answer: { [token: string]: ConfigDocument } }
  /** Broadcast: every client answers for itself. */
  discover: { arguments: Nothing; answer: DiscoverAnswer }
  /** From an administration tool to a client: the configuration's keys stand beside `function`. */
  config: { arguments: ConfigDocument; answer: JsonObject }
}

export type SourceRegistration = {
  dataServerAddress: string
  dataExchange: string
  config: ConfigDocument
}

export type MetricDeclaration = {
  /** Metadata by name; a list declares names without metadata. */
  metrics?: { [metric: string]: Metadata } | string[] | null
}

export type TransformerSubscription = {
  dataServerAddress: string
  dataQueue: string
  metrics: MetricDocuments
}

export type SinkRegistration = {
  dataServerAddress: string
  config: ConfigDocument
}

export type SinkSubscribeArguments = {
  metrics?: string[]
  /** Queue to subscribe with; without it the manager makes one. */
  dataQueue?: string | null
  /** Seconds without consumer after which the queue goes away; default 600. Must be the same each time for a queue. */
  expires?: number
  /** Whether to answer with metadata; default true. */
  metadata?: boolean
  /** Ours: seconds that the queue outlives its consumer; it is not deleted with it. */
  keep?: number
}

export type SinkSubscription = {
  dataServerAddress: string
  dataQueue: string
  /** Names only if the request said `metadata: false`. */
  metrics: MetricDocuments | string[]
}

export type SinkUnsubscribeArguments = {
  dataQueue: string
  metrics: string[]
  /** Whether to put an end message into the queue; default true. */
  end?: boolean
}

export type SinkUnsubscription = {
  dataServerAddress: string
  dataQueue: string
  metrics: MetricDocuments
}

export type DbRegistration = {
  dataServerAddress: string
  dataQueue: string
  dataExchange: string
  historyQueue: string
  config: ConfigDocument
}

export type DbSubscribeArguments = {
  /** `name` is asked for by history clients; `input`, if it differs, is where the data comes from. */
  metrics: (string | { name: string; input?: string })[]
  /** Whether to answer with metadata; default true. */
  metadata?: boolean
}

export type DbSubscription = {
  dataServerAddress: string
  dataQueue: string
  historyQueue: string
  /** Names only if the request said `metadata: false`. */
  metrics: MetricDocuments | string[]
}

export type HistoryRegistration = {
  historyServerAddress: string
  /** The same once more. */
  dataServerAddress: string
  historyExchange: string
  historyQueue: string
  /** Absent if the client has none. */
  config?: ConfigDocument
}

export type GetMetricsArguments = {
  /** Default `array`: names only. */
  format?: "array" | "object"
  /** A regular expression found anywhere in the name, or exact names. Not with `prefix` or `infix`. */
  selector?: string | string[]
  /** Only metrics that a database stores, or only others. */
  historic?: boolean
  hidden?: boolean
  prefix?: string
  /** Beginning of any component, may go on over dots. Not with `prefix`. */
  infix?: string
  limit?: number
}

export type DiscoverAnswer = {
  alive: boolean
  /** ISO 8601; with or without a colon in the zone. */
  currentTime?: string
  startingTime?: string
  /** Nanoseconds from Python, seconds from C++ (below 1e9), nothing from Go. */
  uptime?: number
  metricqVersion?: string
  pythonVersion?: string
  /** Version of the client itself. */
  version?: string
  hostname?: string
}
