import { DataError } from "@metricq/protocol"

/** What stands at the front of every file of an archive. */
export interface HtaHeader {
  /** Length of the file's rows; 0 for the file of raw points. */
  readonly intervalNs: bigint
  readonly intervalMinNs: bigint
  readonly intervalFactor: bigint
  readonly intervalMaxNs: bigint
  /** Where the records begin, in bytes from the begin of the file. */
  readonly dataStart: number
}

/** The header of the one known version, which is also the least that can be read. */
export const HTA_HEADER_BYTES = 80

/** Bytes before the part that counts as the header's size. */
const PREAMBLE_BYTES = 24
const MAGIC = 0x1dcc_2cc5_1a41_5448n
const BYTE_ORDER = 0xf8f9_fafb_fcfd_feffn
const VERSION = 2n
const NANOSECONDS_PER_SECOND = 1_000_000_000n

/** The 80 bytes that the original writes. `dataStart` of `header` is not asked. */
export function encodeHtaHeader(header: Omit<HtaHeader, "dataStart">): Uint8Array {
  const view = new DataView(new ArrayBuffer(HTA_HEADER_BYTES))
  const words = [MAGIC, BYTE_ORDER, BigInt(HTA_HEADER_BYTES - PREAMBLE_BYTES), VERSION]
  words.push(header.intervalNs, 1n, NANOSECONDS_PER_SECOND)
  words.push(header.intervalMinNs, header.intervalFactor, header.intervalMaxNs)
  for (const [index, word] of words.entries()) view.setBigUint64(8 * index, word, true)
  return new Uint8Array(view.buffer)
}

/**
 * Read a header from the first bytes of a file. A longer one than we know is taken; what stands in its additional bytes is passed over.
 *
 * @param file goes into the messages
 * @throws {DataError} `hta-magic` if it is no file of an archive, `hta-byte-order` if it was written by a machine of the other byte order,
 *   `hta-version` if it is of another version, `hta-header` if it is cut off or counts in other units than nanoseconds
 */
export function decodeHtaHeader(bytes: Uint8Array, file: string): HtaHeader {
  const wrong = (code: string, text: string): never => {
    throw new DataError(code, `${file}: ${text}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (index: number): bigint => view.getBigUint64(8 * index, true)
  const signed = (index: number): bigint => view.getBigInt64(8 * index, true)
  if (bytes.length >= 8 && word(0) !== MAGIC) wrong("hta-magic", "this is no HTA file: its first bytes are others")
  if (bytes.length >= 16 && word(1) !== BYTE_ORDER) {
    const other = view.getBigUint64(8, false) === BYTE_ORDER
    wrong("hta-byte-order", other ? "it is in big-endian byte order" : "its byte order mark is damaged")
  }
  if (bytes.length < HTA_HEADER_BYTES) wrong("hta-header", `it ends within the header, after ${bytes.length} bytes`)
  if (word(3) !== VERSION) wrong("hta-version", `it is of version ${word(3)}; only version ${VERSION} can be read`)
  const headerSize = word(2)
  if (headerSize < BigInt(HTA_HEADER_BYTES - PREAMBLE_BYTES) || headerSize > 2n ** 31n) {
    wrong("hta-header", `a header of ${headerSize} bytes cannot be`)
  }
  if (signed(5) !== 1n || signed(6) !== NANOSECONDS_PER_SECOND) {
    wrong("hta-header", `its times are in units of ${signed(5)}/${signed(6)} s, not in nanoseconds`)
  }
  return {
    intervalNs: signed(4),
    intervalMinNs: signed(7),
    intervalFactor: signed(8),
    intervalMaxNs: signed(9),
    dataStart: PREAMBLE_BYTES + Number(headerSize),
  }
}
