import { StorageError } from "./errors.js"
import { recordBodyBytes } from "./record.js"

/** LMDB takes keys of up to 1978 bytes; no id of ours is that long, so a longer one is simply not there. */
const MAX_ID_BYTES = 1024
/** Longest body of a document in bytes: metadata is merged and never shrinks by itself. */
const MAX_BODY_BYTES = 1024 * 1024

/** @throws {StorageError} `document-id` */
export function checkId(id: string): void {
  if (isStorable(id)) return
  throw new StorageError("document-id", `"${id.slice(0, 50)}" is empty or too long for the name of a document`)
}

/** @throws {StorageError} `document-size` */
export function checkSize(id: string, record: Uint8Array): void {
  checkBodyBytes(id, recordBodyBytes(record))
}

/** The length of a body as JSON in UTF-8. @throws {StorageError} `document-size` */
export function checkBodyBytes(id: string, bytes: number): void {
  if (bytes <= MAX_BODY_BYTES) return
  throw new StorageError(
    "document-size",
    `the document "${id}" would have ${bytes} bytes, at most ${MAX_BODY_BYTES} are stored`,
  )
}

/** Whether there can be a document under this id. */
export function isStorable(id: string): boolean {
  return id !== "" && id.length <= MAX_ID_BYTES && Buffer.byteLength(id) <= MAX_ID_BYTES
}
