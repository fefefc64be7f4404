import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { isForeign } from "./byte-order.js"

/** A piece of a file: its first `length` bytes are at the begin of `buffer`. */
export interface Piece {
  readonly buffer: ArrayBuffer
  readonly length: number
  /** Where it lies in the file. */
  readonly offset: number
}

/**
 * The bytes of a file from `start` to `end`, in pieces of `pieceBytes`, a multiple of 8; all but the last are full, and the last may end
 * early where the file has become shorter. 64-bit numbers in it are in the byte order of this machine.
 *
 * The next piece is read while one is worked on. A piece is valid until the next one is asked for. A failing read is thrown as it comes.
 */
export async function* readPieces(path: string, start: number, end: number, pieceBytes: number): AsyncGenerator<Piece> {
  if (start >= end) return
  const file = await open(path, "r")
  try {
    let ready = fill(file, new ArrayBuffer(pieceBytes), start, end)
    let spare = new ArrayBuffer(pieceBytes)
    for (;;) {
      const piece = await ready
      if (piece.length === 0) return
      const next = piece.offset + piece.length
      const last = piece.length < pieceBytes || next >= end
      if (!last) {
        ready = fill(file, spare, next, end)
        // Awaited only after the consumer has had its turn, which may fail in between.
        ready.catch(() => {})
      }
      yield piece
      if (last) return
      spare = piece.buffer
    }
  } finally {
    await file.close()
  }
}

async function fill(file: FileHandle, buffer: ArrayBuffer, offset: number, end: number): Promise<Piece> {
  const bytes = Buffer.from(buffer)
  const wanted = Math.min(bytes.length, end - offset)
  let length = 0
  while (length < wanted) {
    const { bytesRead } = await file.read(bytes, length, wanted - length, offset + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  if (isForeign) bytes.subarray(0, length - (length % 8)).swap64()
  return { buffer, length, offset }
}
