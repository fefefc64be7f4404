import { MetricqError } from "@metricq/protocol"

/**
 * The disk, or what is on it, is in the way; `code` says how:
 *
 * `disk-full` no space, inodes or quota left · `read-only` the folder cannot be written to · `io` the disk reports an error ·
 * `damaged` a checksum is wrong, with the file and the place in it · `format` a file of a newer version, or none of ours ·
 * `busy` more is appended than the disk takes · `in-use` another process has the folder open · `closed` the store has been closed.
 */
export class StorageError extends MetricqError {}
