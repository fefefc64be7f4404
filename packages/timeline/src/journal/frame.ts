import { crc32 } from "node:zlib"
import type { Words } from "./words.js"

/**
 * A frame is what the journal checks as one: a header of three words, then records. Header: magic (u32), CRC-32 of all that follows in the
 * frame (u32), length of the records in bytes (u32), their number (u32), number of the frame (f64). Frame numbers rise within a journal, and
 * from each journal to the next.
 */
export const FRAME_HEADER_WORDS = 3

/** A frame is closed when its records have reached so many bytes. */
export const FULL_FRAME_BYTES = 1 << 20

/** No frame has more bytes of records: one record behind a frame that was almost full. */
export const MAX_FRAME_BYTES = 1 << 21

const MAGIC = 0x6d_4a_51_f1

/** Complete the header of a frame of which the records are there. */
export function sealFrame(words: Words, at: number, payloadWords: number, records: number, number: number): void {
  words.u32[2 * at] = MAGIC
  words.u32[2 * at + 2] = 8 * payloadWords
  words.u32[2 * at + 3] = records
  words.f64[at + 2] = number
  words.u32[2 * at + 1] = frameChecksum(words, at, payloadWords)
}

/**
 * Words of the records of the frame at `at`; undefined if there is no whole and valid frame before `end`.
 *
 * Needs no more than the first word to say that there is none.
 */
export function checkFrame(words: Words, at: number, end: number): number | undefined {
  const payloadWords = frameLength(words, at, end)
  if (payloadWords === undefined || at + FRAME_HEADER_WORDS + payloadWords > end) return undefined
  return frameChecksum(words, at, payloadWords) === words.u32[2 * at + 1] ? payloadWords : undefined
}

/** Words of the records of what looks like a frame, though its end may be missing. */
export function frameLength(words: Words, at: number, end: number): number | undefined {
  if (at + FRAME_HEADER_WORDS > end || words.u32[2 * at] !== MAGIC) return undefined
  const bytes = words.u32[2 * at + 2]!
  return bytes % 8 === 0 && bytes <= MAX_FRAME_BYTES ? bytes / 8 : undefined
}

/** Number of the frame at a word. */
export function frameNumber(words: Words, at: number): number {
  return words.f64[at + 2]!
}

function frameChecksum(words: Words, at: number, payloadWords: number): number {
  return crc32(words.bytes.subarray(8 * at + 8, 8 * (at + FRAME_HEADER_WORDS + payloadWords)))
}
