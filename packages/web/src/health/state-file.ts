import { dirname, join } from "node:path"
import type { Logger } from "@metricq/client"
import { nodeDisk, readFile, replaceFile } from "@metricq/files"

/** A longer one is not ours. */
const MOST_BYTES = 64 * 1024 * 1024

/**
 * One JSON document in a file that its owner alone can read, written as a whole: after a crash it is the old or the new one. Without a folder
 * nothing is kept.
 */
export class StateFile {
  readonly #path: string | undefined
  readonly #logger: Logger
  #writing: Promise<void> = Promise.resolve()
  #next: unknown

  constructor(folder: string | undefined, name: string, logger: Logger) {
    this.#path = folder === undefined ? undefined : join(folder, name)
    this.#logger = logger
  }

  /** The document; undefined if there is none. One that is damaged is put aside under another name, and told in the log. */
  async read(): Promise<unknown> {
    if (this.#path === undefined) return undefined
    try {
      if (((await nodeDisk.size(this.#path)) ?? 0) > MOST_BYTES) throw new Error("it is too long")
      const bytes = await readFile(nodeDisk, this.#path)
      return bytes && JSON.parse(Buffer.from(bytes).toString("utf8"))
    } catch (error) {
      this.#logger.error(`${this.#path} cannot be read and is put aside`, { error })
      await nodeDisk.rename(this.#path, `${this.#path}.damaged`).catch(() => {})
      return undefined
    }
  }

  /**
   * Write a document; resolves when it is safe, or one that came after it is. It must not be changed any more.
   *
   * @throws as the disk fails
   */
  write(document: unknown): Promise<void> {
    const path = this.#path
    if (path === undefined) return Promise.resolve()
    this.#next = document
    const written = this.#writing.then(async () => {
      if (this.#next === undefined) return
      const text = `${JSON.stringify(this.#next)}\n`
      this.#next = undefined
      await nodeDisk.makeFolder(dirname(path))
      await replaceFile(nodeDisk, path, new TextEncoder().encode(text))
    })
    this.#writing = written.catch(() => {})
    return written
  }
}
