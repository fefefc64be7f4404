/**
 * What a store does to files, as an interface, so that a test can put a disk in its place that fails, tears and forgets.
 *
 * Paths are those of `node:fs`. Errors are those of the system, with their `code` (`ENOSPC`, `EIO`, …).
 */
export interface Disk {
  /** Open a file: `read` or `change` one that exists, `create` one that does not, for reading and writing. */
  open(path: string, mode: "read" | "change" | "create"): Promise<DiskFile>
  /** Names in a folder, in no order. */
  list(folder: string): Promise<string[]>
  /** Length of a file in bytes; undefined if there is none. */
  size(path: string): Promise<number | undefined>
  /** Give a file another name, in place of the file that may have it. */
  rename(from: string, to: string): Promise<void>
  /** A second name for a file. */
  link(from: string, to: string): Promise<void>
  /** Remove a file; one that is not there is no error. */
  remove(path: string): Promise<void>
  /** Make a folder and those above it; one that is there is no error. */
  makeFolder(path: string): Promise<void>
  /** Resolves when names that were made, changed and removed in a folder will survive a loss of power. */
  syncFolder(folder: string): Promise<void>
}

/** An open file. Positions are bytes from its begin. */
export interface DiskFile {
  /** Read into `bytes`, as many as come at once; resolves with how many, 0 at the end of the file. */
  read(bytes: Uint8Array, position: number): Promise<number>
  /** Write some of `bytes`; resolves with how many. */
  write(bytes: Uint8Array, position: number): Promise<number>
  /** Resolves when everything written will survive a loss of power. */
  sync(): Promise<void>
  /** Cut the file to so many bytes. */
  truncate(length: number): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}
