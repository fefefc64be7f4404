import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import { ByteReader } from "./byte-reader.js"
import type { Table } from "./table.js"
import { readTable, skipTable } from "./table-codec.js"

/** Bytes of a content header before its property flags: class, weight, body size. */
export const HEADER_PREFIX = 12

const FLAG_HEADERS = 0x2000
const FLAG_EXPIRATION = 0x0100
const FLAG_USER_ID = 0x0010
/** Bits of no property: the lowest announces another word of flags, which the basic class never needs. */
const FLAGS_UNKNOWN = 0x0003

/** The few properties that the broker itself looks at; all others it hands on unread. */
export interface PeekedProperties {
  expiration: string | undefined
  userId: string | undefined
}

/** Kind of each property of the basic class, from the highest flag bit down. */
const kinds = [
  "shortstr", // content-type
  "shortstr", // content-encoding
  "table", // headers
  "octet", // delivery-mode
  "octet", // priority
  "shortstr", // correlation-id
  "shortstr", // reply-to
  "shortstr", // expiration
  "shortstr", // message-id
  "timestamp", // timestamp
  "shortstr", // type
  "shortstr", // user-id
  "shortstr", // app-id
  "shortstr", // reserved
] as const

/**
 * Checks the properties of a content header from the flags on, so that no consumer is ever handed bytes that it cannot
 * decode, and fills `peeked` with what the broker needs. Allocates only for the two peeked strings.
 *
 * @throws {ConnectionError} `SYNTAX_ERROR` where they are malformed
 */
export function checkProperties(buffer: Buffer, start: number, end: number, peeked: PeekedProperties): void {
  peeked.expiration = undefined
  peeked.userId = undefined
  if (end - start < 2) throw new ConnectionError(constants.syntaxError, "content header without property flags")
  const flags = buffer.readUInt16BE(start)
  if (flags === 0 && end - start === 2) return
  if (flags & FLAGS_UNKNOWN) throw new ConnectionError(constants.syntaxError, "unknown property flags")
  const reader = new ByteReader(buffer, start + 2, end)
  for (let index = 0, bit = 0x8000; index < kinds.length; index++, bit >>= 1) {
    if ((flags & bit) === 0) continue
    if (bit === FLAG_EXPIRATION) peeked.expiration = reader.shortstr()
    else if (bit === FLAG_USER_ID) peeked.userId = reader.shortstr()
    else skipProperty(reader, kinds[index])
  }
  if (reader.left > 0) throw new ConnectionError(constants.syntaxError, `${reader.left} bytes too many in properties`)
}

function skipProperty(reader: ByteReader, kind: (typeof kinds)[number] | undefined): void {
  if (kind === "shortstr") reader.skip(reader.octet())
  else if (kind === "octet") reader.skip(1)
  else if (kind === "timestamp") reader.skip(8)
  else skipTable(reader)
}

/** The `headers` table of properties that `checkProperties` has accepted; undefined where there is none. */
export function readHeaders(buffer: Buffer, start: number, end: number): Table | undefined {
  const flags = buffer.readUInt16BE(start)
  if ((flags & FLAG_HEADERS) === 0) return undefined
  const reader = new ByteReader(buffer, start + 2, end)
  if (flags & 0x8000) reader.skip(reader.octet())
  if (flags & 0x4000) reader.skip(reader.octet())
  return readTable(reader)
}
