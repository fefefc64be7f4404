import { type FileHandle, open } from "node:fs/promises"
import { DataError } from "@metricq/client"

/** How much text is worked on at a time. */
const PIECE_BYTES = 2 ** 18
/** Longest record: a line of text with a hundred thousand columns has its place. */
const MAX_RECORD_BYTES = 2 ** 24
const LINE_FEED = 10
const QUOTE = 34

/** Text of whole records, and where in the file those after them begin. */
export interface CsvPiece {
  readonly text: string
  readonly endOffset: number
}

/**
 * The text of a file from `offset` on, which must be the begin of a record, in pieces of whole records. A mark of UTF-8 at the begin of the file is left out.
 *
 * @throws {DataError} `csv-record` if a record is longer than 16 MiB
 */
export async function* readCsvPieces(path: string, offset: number): AsyncGenerator<CsvPiece> {
  const file = await open(path, "r")
  try {
    let buffer: Buffer = Buffer.allocUnsafe(PIECE_BYTES)
    let begin = offset
    let length = 0
    for (;;) {
      const read = await fill(file, buffer, length, begin + length)
      length += read
      const atEnd = length < buffer.length
      const whole = atEnd ? length : lastRecordEnd(buffer, length)
      if (whole === 0 && atEnd) return
      if (whole === 0) {
        buffer = larger(buffer, path, begin)
        continue
      }
      yield { text: textOf(buffer.subarray(0, whole), begin), endOffset: begin + whole }
      if (atEnd) return
      buffer.copyWithin(0, whole, length)
      length -= whole
      begin += whole
    }
  } finally {
    await file.close()
  }
}

/** Read until the buffer is full or the file ends; the number of bytes. */
async function fill(file: FileHandle, buffer: Buffer, at: number, position: number): Promise<number> {
  let read = 0
  while (at + read < buffer.length) {
    const { bytesRead } = await file.read(buffer, at + read, buffer.length - at - read, position + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return read
}

/** End of the last whole record: after the last line feed that no quotes are open at. */
export function lastRecordEnd(buffer: Buffer, length: number): number {
  const bytes = buffer.subarray(0, length)
  let quote = bytes.indexOf(QUOTE)
  if (quote === -1) return bytes.lastIndexOf(LINE_FEED) + 1
  let end = bytes.subarray(0, quote).lastIndexOf(LINE_FEED) + 1
  while (quote !== -1) {
    const closing = bytes.indexOf(QUOTE, quote + 1)
    if (closing === -1) return end
    const next = bytes.indexOf(QUOTE, closing + 1)
    const feed = bytes.subarray(closing, next === -1 ? length : next).lastIndexOf(LINE_FEED)
    if (feed !== -1) end = closing + feed + 1
    quote = next
  }
  return end
}

function larger(buffer: Buffer, path: string, begin: number): Buffer {
  if (buffer.length >= MAX_RECORD_BYTES) {
    throw new DataError(
      "csv-record",
      `${path}: the line at byte ${begin} has no end within 16 MiB: is a quote not closed?`,
    )
  }
  const grown = Buffer.allocUnsafe(4 * buffer.length)
  buffer.copy(grown)
  return grown
}

function textOf(bytes: Buffer, begin: number): string {
  const text = bytes.toString("utf8")
  return begin === 0 && text.startsWith("\ufeff") ? text.slice(1) : text
}
