import { crc32 } from "node:zlib"

/** Bytes before the first frame. */
export const JOURNAL_HEADER_BYTES = 48

/** The first bytes of a journal; the last is the version of its format. */
const MAGIC = Uint8Array.of(0x4d, 0x51, 0x2d, 0x4a, 0x52, 0x4e, 0x4c, 1)

const NAME = /^journal-(\d{8,15})$/

/** What a journal says about itself. */
export interface JournalHeader {
  readonly number: number
  /** The journal before it, and where that ends: what lies behind was never acknowledged. 0 and 0 if nothing is known. */
  readonly previous: number
  readonly previousEnd: number
}

/** Name of the file of a journal. */
export function journalName(number: number): string {
  return `journal-${String(number).padStart(8, "0")}`
}

/** Number of the journal with this name; undefined if it is none. */
export function journalNumber(name: string): number | undefined {
  const match = NAME.exec(name)
  return match ? Number(match[1]) : undefined
}

/** The first bytes of a journal. */
export function encodeJournalHeader({ number, previous, previousEnd }: JournalHeader): Uint8Array {
  const bytes = new Uint8Array(JOURNAL_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setFloat64(16, number, true)
  view.setFloat64(24, previous, true)
  view.setFloat64(32, previousEnd, true)
  view.setUint32(8, headerChecksum(bytes), true)
  return bytes
}

/** What the first bytes of a journal say; undefined if they are damaged or not all there; the version where it is another. */
export function decodeJournalHeader(bytes: Uint8Array): JournalHeader | { readonly version: number } | undefined {
  if (bytes.length < JOURNAL_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  for (let i = 0; i < MAGIC.length - 1; i++) if (bytes[i] !== MAGIC[i]) return undefined
  if (view.getUint32(8, true) !== headerChecksum(bytes)) return undefined
  const version = bytes[MAGIC.length - 1]!
  if (version !== MAGIC.at(-1)) return { version }
  return {
    number: view.getFloat64(16, true),
    previous: view.getFloat64(24, true),
    previousEnd: view.getFloat64(32, true),
  }
}

/** Of all bytes but those of the checksum itself; the version is among them, so that a damaged one is not taken for a newer. */
function headerChecksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(12, JOURNAL_HEADER_BYTES), crc32(bytes.subarray(0, 8)))
}
