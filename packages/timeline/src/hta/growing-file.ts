import { open, rm } from "node:fs/promises"

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

  /** Append bytes. The first time the file is made; `EEXIST` if there is one already. */
  async append(bytes: Uint8Array): Promise<void> {
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
