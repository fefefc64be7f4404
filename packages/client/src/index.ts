export {
  type AggregateColumns,
  bindingPrefix,
  bindingSelects,
  type ClientLabels,
  type Columns,
  checkLabel,
  checkMetricName,
  checkToken,
  DataError,
  type DurationLike,
  dataQueue,
  declaredInterval,
  exchanges,
  expandHostlist,
  globToBinding,
  globToRegExp,
  type HistoryRequest,
  HistoryRequestType,
  type HistoryResponseMode,
  type HistoryResponseParts,
  historyRequestQueue,
  historyResponseQueue,
  hostnames,
  InvalidHistoryResponse,
  isBindingPattern,
  isConventionalMetricName,
  isPlainName,
  isRpcQueue,
  type JsonObject,
  type JsonValue,
  type LabelChange,
  type LegacyColumns,
  labelText,
  MAX_LABELS,
  type Metadata,
  type MetadataAction,
  MetricqError,
  managementQueue,
  NonMonotonicTimestamps,
  parseJson,
  patternToRegExp,
  type QueueType,
  rpcQueue,
  sinkDataQueue,
  stringifyJson,
  TimeAggregate,
  Timedelta,
  Timestamp,
  TimeValue,
} from "@metricq/protocol"
export { Administrators } from "./administrators.js"
export { AggregateTimeline } from "./aggregate-timeline.js"
export { Client, type RpcOptions } from "./client.js"
export type { DbDataStats } from "./concurrent-receiver.js"
export { type CheckedConfig, type ConfigKind, checkConfig } from "./configuration/check-config.js"
export { closest } from "./configuration/closest.js"
export type { ConfigDescription, ConfigPreview } from "./configuration/config-description.js"
export { ConfigError } from "./configuration/config-error.js"
export type { ConfigSchema } from "./configuration/config-schema.js"
export { Connection, type ConnectionOptions, releaseChannel, type Setup } from "./connection.js"
export { deriveAddress, maskUrl } from "./connection-url.js"
export { Db, type DbOptions, type DbStats, type StoredMetric } from "./db.js"
export { Drain, type DrainOptions } from "./drain.js"
export { DurableSink } from "./durable-sink.js"
export {
  AgentStopped,
  ConnectFailed,
  HistoryError,
  PeerAway,
  PublishFailed,
  ReceivedSignal,
  ReconnectTimeout,
  RPCError,
  TimeoutError,
} from "./errors.js"
export { FailureLog } from "./failure-log.js"
export type { GetMetricsOptions } from "./get-metrics.js"
export type { HistoryClientStats } from "./history-caller.js"
export {
  type HistoryCallOptions,
  HistoryClient,
  type HistoryClientOptions,
  type HistoryRangeOptions,
  type HistoryRequestOptions,
} from "./history-client.js"
export type { DbHistoryStats, HistoryAnswer, HistoryContext } from "./history-responder.js"
export { type HistoryDurations, HistoryResponse } from "./history-response.js"
export { IntervalSource, type IntervalSourceOptions } from "./interval-source.js"
export type { TlsOptions } from "./link.js"
export { consoleLogger, type LogFields, type Logger, type LogLevel, silentLogger } from "./logger.js"
export type { ClientOptions } from "./options.js"
export type { Durability } from "./publisher.js"
export type { ReceiverStats } from "./receiver.js"
export type { BroadcastAnswer } from "./rpc-caller.js"
export type { RpcContext, RpcHandler } from "./rpc-dispatcher.js"
export { rpcHandler } from "./rpc-handler.js"
export { Sink, type SinkOptions, type SubscribedMetrics, type SubscribeOptions } from "./sink.js"
export { Source, type SourceOptions } from "./source.js"
export type { SourceMetric } from "./source-metric.js"
export type { SpoolOptions, SpoolPolicy, SpoolStats } from "./spool.js"
export { Subscriber, type SubscriberOptions } from "./subscriber.js"
export { version } from "./version.js"
