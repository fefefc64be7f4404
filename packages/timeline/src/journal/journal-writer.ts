import { join } from "node:path"
import { type Disk, type DiskFile, writeFully } from "@metricq/files"
import { storageFailure } from "../storage-failure.js"
import type { Batch } from "./batch.js"
import { FRAME_HEADER_WORDS, sealFrame } from "./frame.js"
import { encodeJournalHeader, JOURNAL_HEADER_BYTES, journalName } from "./journal-file.js"
import { Words } from "./words.js"

/**
 * Writes the journal, one file at a time.
 *
 * A batch that could not be written and synced as a whole is cut off again, and the next goes into another file: what a disk has refused to
 * sync cannot be trusted to be there by a second try. Calls must not overlap.
 */
export class JournalWriter {
  readonly #disk: Disk
  readonly #folder: string
  #number: number
  #nextFrame: number
  #file: DiskFile | undefined
  #end = 0
  #leftBytes = 0
  #previous = { number: 0, end: 0 }

  /** @param number and `nextFrame` are greater than all in the folder */
  constructor(disk: Disk, folder: string, number: number, nextFrame: number) {
    this.#disk = disk
    this.#folder = folder
    this.#number = number
    this.#nextFrame = nextFrame
  }

  /** Number of the journal that is written, or that the next batch will begin. */
  get number(): number {
    return this.#number
  }

  /** Bytes written since `next` was called, also to journals that had to be left because of a failure. */
  get size(): number {
    return this.#leftBytes + (this.#file ? this.#end : 0)
  }

  /**
   * Write a batch; resolves when it is safe.
   *
   * @throws {StorageError} if it is not, and then nothing of it stays
   */
  async write(batch: Batch): Promise<void> {
    const bytes = batch.seal(this.#nextFrame)
    // Also of a batch that fails: its frames must not be taken for later ones should they still be there.
    this.#nextFrame += batch.frames
    const file = this.#file ?? (await this.#create())
    try {
      await writeFully(file, bytes, this.#end)
      await file.sync()
      this.#end += bytes.length
    } catch (cause) {
      await this.#abandon(file)
      throw storageFailure(`cannot write to the journal in ${this.#folder}`, cause)
    }
  }

  /** Begin another file with the next batch; returns its number. Those before it are complete. */
  async next(): Promise<number> {
    const file = this.#file
    if (file) {
      this.#leave()
      await file.close().catch(() => {}) // everything in it has been synced
    }
    this.#leftBytes = 0
    return this.#number
  }

  /** Be done. An empty frame at the end tells that nothing is missing there. */
  async close(): Promise<void> {
    const file = this.#file
    if (file) {
      const words = new Words(FRAME_HEADER_WORDS)
      sealFrame(words, 0, 0, 0, this.#nextFrame)
      try {
        await writeFully(file, words.bytes, this.#end)
        await file.sync()
      } catch {
        // It can do without.
      }
    }
    await this.next()
  }

  async #create(): Promise<DiskFile> {
    const path = join(this.#folder, journalName(this.#number))
    let file: DiskFile | undefined
    try {
      file = await this.#disk.open(path, "create")
      const { number, end } = this.#previous
      const header = encodeJournalHeader({ number: this.#number, previous: number, previousEnd: end })
      await writeFully(file, header, 0)
      await file.sync()
      await this.#disk.syncFolder(this.#folder)
    } catch (cause) {
      await file?.close().catch(() => {})
      await this.#disk.remove(path).catch(() => {}) // if it stays it is empty
      this.#number++
      throw storageFailure(`cannot begin a journal in ${this.#folder}`, cause)
    }
    this.#file = file
    this.#end = JOURNAL_HEADER_BYTES
    return file
  }

  async #abandon(file: DiskFile): Promise<void> {
    this.#leftBytes += this.#end
    this.#leave()
    try {
      await file.truncate(this.#previous.end)
      await file.sync()
    } catch {
      // The header of the next journal says where this one ends.
    }
    await file.close().catch(() => {})
  }

  #leave(): void {
    this.#previous = { number: this.#number, end: this.#end }
    this.#file = undefined
    this.#number++
  }
}
