import { DataError } from "@metricq/protocol"
import { StorageError } from "./errors.js"

const CODES: Readonly<Record<string, string>> = {
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EMFILE: "io",
  EROFS: "read-only",
  EACCES: "read-only",
  EPERM: "read-only",
}

const WORDS: Readonly<Record<string, string>> = {
  "disk-full": "the disk is full",
  "read-only": "it cannot be written to",
}

/** What the system says of a failed operation on files, as an error of the store; one of ours, or of the input, stays as it is. */
export function storageFailure(what: string, cause: unknown): Error {
  if (cause instanceof StorageError || cause instanceof DataError) return cause
  if (cause instanceof Error && cause.name === "AbortError") return cause
  const system = (cause as NodeJS.ErrnoException | undefined)?.code
  const code = (system !== undefined && CODES[system]) || "io"
  const words = WORDS[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new StorageError(code, `${what}: ${words}`, { cause })
}
