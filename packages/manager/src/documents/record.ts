import { hash } from "node:crypto"
import { type JsonObject, parseJson, stringifyJson } from "@metricq/client"
import { StorageError } from "./errors.js"

/** A document as bytes: format, marks, count of writes (uint32), 16 bytes of hash, JSON in UTF-8. */
const FORMAT = 1
const HASH_AT = 6
const BODY_AT = 22

const HISTORIC = 1
const HIDDEN = 2

/** What the index of metrics keeps of a document. */
export interface RecordMarks {
  readonly historic: boolean
  readonly hidden: boolean
}

/**
 * The bytes of the next write of a document, or `undefined` if the body is what `previous` holds already.
 * `previous` is neither kept nor changed.
 */
export function nextRecord(body: JsonObject, previous: Uint8Array | undefined): Buffer | undefined {
  const json = Buffer.from(stringifyJson(body))
  if (previous && json.equals(previous.subarray(BODY_AT))) return undefined
  const record = Buffer.allocUnsafe(BODY_AT + json.length)
  json.copy(record, BODY_AT)
  record[0] = FORMAT
  record[1] = (body.historic === true ? HISTORIC : 0) | (body.hidden === true ? HIDDEN : 0)
  const count = previous ? Buffer.from(previous.buffer, previous.byteOffset, BODY_AT).readUInt32BE(2) : 0
  record.writeUInt32BE(count + 1, 2)
  const seed = previous ? Buffer.from(previous.subarray(2, BODY_AT)).toString("latin1") : ""
  record.write(hash("sha256", seed + json.toString("latin1")), HASH_AT, 16, "hex")
  return record
}

/** The revision of a record. @throws {StorageError} `format` if it is of another format */
export function recordRevision(record: Uint8Array): string {
  checkFormat(record)
  const bytes = Buffer.from(record.buffer, record.byteOffset, BODY_AT)
  return `${bytes.readUInt32BE(2)}-${bytes.toString("hex", HASH_AT, BODY_AT)}`
}

/** The marks of a record. @throws {StorageError} as {@link recordRevision} */
export function recordMarks(record: Uint8Array): RecordMarks {
  checkFormat(record)
  const marks = record[1] ?? 0
  return { historic: (marks & HISTORIC) !== 0, hidden: (marks & HIDDEN) !== 0 }
}

/** The body of a record, fresh. */
export function recordBody(record: Uint8Array): JsonObject {
  const json = Buffer.from(record.buffer, record.byteOffset + BODY_AT, record.length - BODY_AT)
  return parseJson(json.toString()) as JsonObject
}

/** Length of the body of a record in bytes. */
export function recordBodyBytes(record: Uint8Array): number {
  return record.length - BODY_AT
}

function checkFormat(record: Uint8Array): void {
  if (record.length >= BODY_AT && record[0] === FORMAT) return
  throw new StorageError("format", `stored document has format ${record[0]}, this program reads ${FORMAT}`)
}
