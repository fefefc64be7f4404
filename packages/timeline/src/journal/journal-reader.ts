import { join } from "node:path"
import { type Disk, type DiskFile, readFully } from "@metricq/files"
import { StorageError } from "../errors.js"
import { checkFrame, FRAME_HEADER_WORDS, frameLength, frameNumber, MAX_FRAME_BYTES } from "./frame.js"
import { decodeJournalHeader, JOURNAL_HEADER_BYTES, type JournalHeader, journalName } from "./journal-file.js"
import { type RecordReader, readRecords } from "./record.js"
import { Words } from "./words.js"

/** A journal is read in pieces of so many words, which hold several of the largest frames. */
const WINDOW_WORDS = MAX_FRAME_BYTES / 2

/** Bytes that are neither frames nor an end torn off. */
export interface JournalDamage {
  readonly file: string
  readonly position: number
  readonly bytes: number
}

/** What came of reading journals. */
export interface Replay {
  frames: number
  /** Of the last frame; 0 if there was none. */
  lastFrame: number
  /** Bytes of all files. */
  bytes: number
  readonly damage: JournalDamage[]
}

/**
 * Hand all records of journals to `reader`, in order. Whatever is damaged is passed over: every valid frame counts.
 *
 * @param numbers those of the journals, ascending
 * @throws {StorageError} `format` for one of a newer version
 */
export async function replayJournals(
  disk: Disk,
  folder: string,
  numbers: readonly number[],
  reader: RecordReader,
): Promise<Replay> {
  const replay: Replay = { frames: 0, lastFrame: 0, bytes: 0, damage: [] }
  const headers = await Promise.all(numbers.map((number) => readHeader(disk, join(folder, journalName(number)))))
  for (const [i, number] of numbers.entries()) {
    const next = headers[i + 1]
    const limit = next?.previous === number ? next.previousEnd : Number.POSITIVE_INFINITY
    const file = await disk.open(join(folder, journalName(number)), "read")
    try {
      const size = await file.size()
      replay.bytes += size
      const scan = new JournalScan(file, journalName(number), Math.min(size, limit), replay, reader)
      await scan.run(headers[i] !== undefined)
    } finally {
      await file.close()
    }
  }
  return replay
}

async function readHeader(disk: Disk, path: string): Promise<JournalHeader | undefined> {
  const file = await disk.open(path, "read")
  try {
    const bytes = new Uint8Array(JOURNAL_HEADER_BYTES)
    const header = decodeJournalHeader(bytes.subarray(0, await readFully(file, bytes, 0)))
    if (header && "version" in header) {
      throw new StorageError("format", `${path} is of version ${header.version} of the journal, which is newer`)
    }
    return header
  } finally {
    await file.close()
  }
}

class JournalScan {
  readonly #file: DiskFile
  readonly #name: string
  readonly #end: number
  readonly #replay: Replay
  readonly #reader: RecordReader
  readonly #window: Words
  /** Position in the file of the window's first word. */
  #windowAt = 0
  /** Words that it holds. */
  #held = 0
  /** Where something that is no frame began; -1 outside of such. */
  #badFrom = -1

  constructor(file: DiskFile, name: string, end: number, replay: Replay, reader: RecordReader) {
    this.#file = file
    this.#name = name
    this.#end = end
    this.#replay = replay
    this.#reader = reader
    this.#window = new Words(Math.min(WINDOW_WORDS, end >> 3))
  }

  async run(headerIsSound: boolean): Promise<void> {
    if (!headerIsSound && this.#end >= JOURNAL_HEADER_BYTES) this.#badFrom = 0
    this.#windowAt = JOURNAL_HEADER_BYTES
    while (this.#windowAt + 8 * this.#held < this.#end) {
      await this.#fill()
      const isLast = this.#windowAt + 8 * this.#held >= this.#end - 7
      const done = this.#scan(isLast)
      this.#window.bytes.copyWithin(0, 8 * done, 8 * this.#held)
      this.#windowAt += 8 * done
      this.#held -= done
      if (isLast) return
    }
  }

  async #fill(): Promise<void> {
    const from = this.#windowAt + 8 * this.#held
    const room = this.#window.bytes.subarray(8 * this.#held)
    const count = await readFully(this.#file, room.subarray(0, Math.min(room.length, this.#end - from)), from)
    this.#held += count >> 3
  }

  /** Read the frames of the window; returns how many words are done with. */
  #scan(isLast: boolean): number {
    let at = 0
    while (at < this.#held) {
      const length = frameLength(this.#window, at, this.#held)
      const isCut = at + FRAME_HEADER_WORDS + (length ?? 0) > this.#held
      if (isCut && !isLast) return at
      if (length !== undefined && this.#take(at)) at += FRAME_HEADER_WORDS + length
      else {
        if (this.#badFrom < 0) this.#badFrom = this.#windowAt + 8 * at
        at++
      }
    }
    return at
  }

  /** Take the frame at a word of the window; false if there is none. */
  #take(at: number): boolean {
    const length = checkFrame(this.#window, at, this.#held)
    if (length === undefined) return false
    const begin = at + FRAME_HEADER_WORDS
    const number = frameNumber(this.#window, at)
    // One with an older number is what a failed batch has left.
    if (number > this.#replay.lastFrame) {
      if (!readRecords(this.#window, begin, begin + length, this.#reader)) return false
      this.#replay.lastFrame = number
      this.#replay.frames++
    }
    this.#endDamage(this.#windowAt + 8 * at)
    return true
  }

  /** Behind what was damaged there are frames again, so it was no end torn off. */
  #endDamage(position: number): void {
    if (this.#badFrom < 0) return
    this.#replay.damage.push({ file: this.#name, position: this.#badFrom, bytes: position - this.#badFrom })
    this.#badFrom = -1
  }
}
