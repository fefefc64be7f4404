import { open, rm } from "node:fs/promises"
import { DataError } from "@metricq/protocol"
import { storageFailure } from "../storage-failure.js"

/** A new file that is written from front to end, open only while something is written. */
export class GrowingFile {
  readonly path: string
  #size = 0

  constructor(path: string) {
    this.path = path
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size
  }

  /**
   * Append bytes. The first time the file is made.
   *
   * @throws {DataError} `hta-exists` if there is one already
   * @throws {StorageError} as the disk fails; then some of the bytes may be written
   */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#append(bytes)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw storageFailure(`cannot write ${this.path}`, cause)
      throw new DataError("hta-exists", `${this.path} is there already`, { cause })
    }
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const file = await open(this.path, this.#size === 0 ? "wx" : "a")
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, at)
        at += bytesWritten
        this.#size += bytesWritten
      }
    } finally {
      await file.close()
    }
  }

  /** Remove what has been written. A file that was there before stays. */
  async remove(): Promise<void> {
    if (this.#size > 0) await rm(this.path, { force: true })
  }
}
