export { ConflictError, StorageError } from "./documents/errors.js"
export { type DocumentsOptions, FORMAT as documentsFormat, openDocuments } from "./documents/lmdb-documents.js"
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
} from "./documents/store.js"
export { Manager, type ManagerOptions } from "./manager.js"
