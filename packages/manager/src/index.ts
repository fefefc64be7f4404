export { isCouchUrl } from "./documents/couch-address.js"
export { type CouchOptions, openCouchDocuments } from "./documents/couch-documents.js"
export { ConflictError, StorageError } from "./documents/errors.js"
export { FORMAT as documentsFormat, openDocuments } from "./documents/lmdb-documents.js"
export type {
  ConfigVersion,
  ConfigWrite,
  DatabaseName,
  DocumentChange,
  DocumentRange,
  DocumentStore,
  MetricChange,
  MetricMark,
  StoredDocument,
  VersionLimits,
} from "./documents/store.js"
export { Manager, type ManagerOptions } from "./manager.js"
export type { VersionRetention, VersionSettings } from "./version-keeper.js"
