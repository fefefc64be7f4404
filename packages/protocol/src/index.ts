export { bindingPrefix, bindingSelects, isBindingPattern } from "./binding-key.js"
export {
  BundleError,
  bundleFormat,
  bundleText,
  type ConfigBundle,
  configText,
  MAX_BUNDLE_ENTRIES,
  readBundle,
} from "./bundle.js"
export { type ImportStep, importStep, secretProblemText } from "./bundle-import.js"
export { keepSecrets, markSecrets, SECRET_MARK, type SecretProblem } from "./bundle-secrets.js"
export {
  type ClientLabels,
  checkLabel,
  hasLabels,
  type LabelChange,
  labelText,
  MAX_LABELS,
  parseLabelChange,
} from "./client-labels.js"
export { ColumnBuffer } from "./column-buffer.js"
export type { Columns } from "./columns.js"
export { combinatorCircle } from "./combinator-circle.js"
export { parseFormula, printFormula } from "./combinator-expression.js"
export {
  type CombinatorExpression,
  type CombinatorFunction,
  type CombinatorOperator,
  combinatorInputs,
  readCombinatorExpression,
} from "./combinator-tree.js"
export { combinatorUnit } from "./combinator-unit.js"
export { combinatorValue } from "./combinator-value.js"
export { decodeDataChunk, decodeDataChunkInto } from "./data-chunk-decoder.js"
export { encodeDataChunk } from "./data-chunk-encoder.js"
export { declaredInterval } from "./declared-interval.js"
export { type DocumentPath, pathText } from "./document-path.js"
export { DataError, InvalidHistoryResponse, MetricqError, NonMonotonicTimestamps } from "./errors.js"
export { FormulaError, type FormulaProblem } from "./formula-error.js"
export { globToBinding, globToRegExp, isPlainName, patternToRegExp } from "./glob.js"
export {
  decodeHistoryRequest,
  encodeHistoryRequest,
  type HistoryRequest,
  HistoryRequestType,
} from "./history-request.js"
export {
  type AggregateColumns,
  type HistoryResponse,
  type HistoryResponseMode,
  historyAggregate,
  historyResponseMode,
  type LegacyColumns,
} from "./history-response.js"
export { decodeHistoryResponse, encodeHistoryResponse, type HistoryResponseParts } from "./history-response-codec.js"
export { expandHostlist, HostlistError, hostnames } from "./hostlist.js"
export { type JsonLimits, type JsonObject, type JsonValue, parseJson, stringifyJson } from "./json.js"
export { type JsonChange, jsonChanges } from "./json-changes.js"
export { isArchived, type LifecycleAction, lifecycleChange } from "./lifecycle.js"
export { mergePatch, patchBetween } from "./merge-patch.js"
export type { Metadata } from "./metadata.js"
export { checkMetricName, checkToken, isConventionalMetricName } from "./name-rules.js"
export {
  dataQueue,
  exchanges,
  historyRequestQueue,
  historyResponseQueue,
  isRpcQueue,
  managementQueue,
  type QueueType,
  rpcQueue,
  sinkDataQueue,
} from "./names.js"
export {
  type ConfigDocument,
  type DbRegistration,
  type DbSubscribeArguments,
  type DbSubscription,
  type DiscoverAnswer,
  type GetMetricsArguments,
  type HistoryRegistration,
  isRpcError,
  isRpcRequest,
  type MetricDeclaration,
  type MetricDocuments,
  type RpcAnswer,
  type RpcArguments,
  type RpcErrorAnswer,
  type RpcFunctions,
  type RpcName,
  type RpcRequest,
  rpcAliases,
  type SinkRegistration,
  type SinkSubscribeArguments,
  type SinkSubscription,
  type SinkUnsubscribeArguments,
  type SinkUnsubscription,
  type SourceRegistration,
  type TransformerSubscription,
} from "./rpc.js"
export type {
  ClientInfo,
  ConfigApplied,
  ConfigConflict,
  ConfigRetention,
  ConfigSetArguments,
  ConfigSummary,
  ConfigurationState,
  ConfigVersion,
  RevisionAt,
  RevisionInfo,
  StoredConfig,
} from "./rpc-extensions.js"
export type {
  ContestedMetric,
  DeletedMetric,
  MetadataAction,
  MetadataChange,
  MetadataGetAnswer,
  MetadataGetArguments,
  MetadataLayers,
  MetadataListAnswer,
  MetadataListArguments,
} from "./rpc-metadata.js"
export type {
  QueueInfo,
  ReceiverInfo,
  SubscriberRole,
  SubscriptionInfo,
  SubscriptionsArguments,
} from "./rpc-network.js"
export { replaceSecrets } from "./secret-places.js"
export { type AggregateFields, TimeAggregate } from "./time-aggregate.js"
export { TimeValue } from "./time-value.js"
export { type DurationLike, Timedelta } from "./timedelta.js"
export { Timestamp } from "./timestamp.js"
