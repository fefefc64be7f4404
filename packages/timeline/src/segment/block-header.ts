import { crc32 } from "node:zlib"

/** Bytes before the payload of each block of a segment. */
export const BLOCK_HEADER_BYTES = 20

/** What a block holds. */
export const BlockKind = {
  /** Points of a run. */
  points: 1,
  /** Rows of one level of a run. */
  rows: 2,
  /** What is known of a run, and where its blocks are. */
  run: 3,
  /** Where the runs of the segment are. */
  index: 4,
} as const

/** One of them. */
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind]

/** No payload is longer, so that wrong bytes cannot ask for more memory than a right block needs. */
export const MAX_PAYLOAD_BYTES = 1 << 30

/** First bytes of each block, by which one is found behind damage. */
export const BLOCK_MAGIC = Uint8Array.of(0xb1, 0x4d, 0x51, 0xc5)
const MAGIC = 0xc5_51_4d_b1

/** What the header of a block says. */
export interface BlockHeader {
  readonly kind: number
  /** Level of the rows; 0 for other kinds. */
  readonly level: number
  readonly payloadBytes: number
  readonly metric: number
}

/**
 * Write the header of a block before its payload, which lies at `at + BLOCK_HEADER_BYTES`: magic (u32), CRC-32 of all that follows in the
 * block (u32), length of the payload (u32), kind (u8), level (u8), zero (u16), metric (u32). Nothing says where in the
 * segment the block is, so that runs can be copied as they are.
 */
export function sealBlock(bytes: Uint8Array, at: number, header: BlockHeader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  view.setUint32(0, MAGIC, true)
  view.setUint32(8, header.payloadBytes, true)
  view.setUint8(12, header.kind)
  view.setUint8(13, header.level)
  view.setUint16(14, 0, true)
  view.setUint32(16, header.metric, true)
  view.setUint32(4, crc32(bytes.subarray(at + 8, at + BLOCK_HEADER_BYTES + header.payloadBytes)), true)
}

/** What looks like the header of a block at `at`, though its payload may be cut off or damaged; undefined if nothing does. */
export function peekBlock(bytes: Uint8Array, at: number): BlockHeader | undefined {
  if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  const payloadBytes = view.getUint32(8, true)
  if (view.getUint32(0, true) !== MAGIC || payloadBytes > MAX_PAYLOAD_BYTES) return undefined
  return {
    kind: view.getUint8(12),
    level: view.getUint8(13),
    payloadBytes,
    metric: view.getUint32(16, true),
  }
}

/** The header of the block at `at` if the whole block is there and its checksum is right. */
export function checkBlock(bytes: Uint8Array, at: number): BlockHeader | undefined {
  const header = peekBlock(bytes, at)
  if (!header) return undefined
  const end = at + BLOCK_HEADER_BYTES + header.payloadBytes
  if (end > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  return crc32(bytes.subarray(at + 8, end)) === view.getUint32(4, true) ? header : undefined
}
