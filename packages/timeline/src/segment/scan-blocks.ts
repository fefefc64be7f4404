import { type DiskFile, readFully } from "@metricq/files"
import { BLOCK_HEADER_BYTES, BLOCK_MAGIC, type BlockHeader, checkBlock, peekBlock } from "./block-header.js"

const WINDOW_BYTES = 1 << 22

/** A sound block of a segment. */
export interface FoundBlock extends BlockHeader {
  readonly position: number
  /** Of the whole block. */
  readonly length: number
  /** Valid until the next block is asked for. */
  readonly payload: Uint8Array
}

/**
 * All sound blocks between two positions of a file, in order, whatever is damaged between them.
 *
 * @param onDamage told of bytes that are none
 */
export async function* scanBlocks(
  file: DiskFile,
  begin: number,
  end: number,
  onDamage: (position: number, bytes: number) => void = () => {},
): AsyncGenerator<FoundBlock> {
  let window: Uint8Array = new Uint8Array()
  let windowAt = begin
  /** Bytes from a position of the file on, as many as there are up to so many. */
  const bytesAt = async (position: number, count: number): Promise<Uint8Array> => {
    const wanted = Math.min(count, end - position)
    if (position < windowAt || position + wanted > windowAt + window.length) {
      const bytes = new Uint8Array(Math.min(Math.max(wanted, WINDOW_BYTES), end - position))
      window = bytes.subarray(0, await readFully(file, bytes, position))
      windowAt = position
    }
    return window.subarray(position - windowAt, position - windowAt + wanted)
  }
  let badFrom = -1
  for (let position = begin; position < end; ) {
    const head = await bytesAt(position, BLOCK_HEADER_BYTES)
    const claimed = peekBlock(head, 0)
    const length = claimed ? BLOCK_HEADER_BYTES + claimed.payloadBytes : 0
    const bytes = claimed && position + length <= end ? await bytesAt(position, length) : undefined
    const header = bytes && checkBlock(bytes, 0)
    if (header) {
      if (badFrom >= 0) onDamage(badFrom, position - badFrom)
      badFrom = -1
      yield { ...header, position, length, payload: bytes.subarray(BLOCK_HEADER_BYTES) }
      position += length
      continue
    }
    if (badFrom < 0) badFrom = position
    position = await nextMagic(bytesAt, position + 1, end)
  }
  if (badFrom >= 0) onDamage(badFrom, end - badFrom)
}

/** Where the next block may begin. */
async function nextMagic(
  bytesAt: (position: number, count: number) => Promise<Uint8Array>,
  from: number,
  end: number,
): Promise<number> {
  for (let position = from; position < end; ) {
    const bytes = await bytesAt(position, Math.min(WINDOW_BYTES / 2, end - position))
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(BLOCK_MAGIC)
    if (found >= 0) return position + found
    position += Math.max(1, bytes.length - BLOCK_MAGIC.length + 1)
  }
  return end
}
