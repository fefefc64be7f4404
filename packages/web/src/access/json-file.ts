import { stat } from "node:fs/promises"
import { dirname } from "node:path"
import { nodeDisk, readFile, replaceFile } from "@metricq/files"
import { WebError } from "../server/web-error.js"

/** How long what was read counts without a look whether the file is another one now. */
const FRESH_MS = 500

/**
 * A small JSON file and its content in memory, which others may change: it is read again when it is another file.
 *
 * Writes are crash-safe and come one after the other; the file can be read by its owner only. Without a path the content lives in memory.
 */
export class JsonFile<T> {
  readonly #path: string | undefined
  readonly #parse: (value: unknown) => T
  #content: T
  #mark = ""
  #lookedMs = Number.NEGATIVE_INFINITY
  #writing: Promise<unknown> = Promise.resolve()

  /** `parse` makes the content of what JSON says, and throws for what cannot be; `empty` is the content where there is no file. */
  constructor(path: string | undefined, parse: (value: unknown) => T, empty: T) {
    this.#path = path
    this.#parse = parse
    this.#content = empty
  }

  get path(): string | undefined {
    return this.#path
  }

  /** The content as it was read last. */
  get content(): T {
    return this.#content
  }

  /**
   * Look whether the file has changed, at most every half second unless `force`d, and read it. A file that has gone is no change: whoever takes a file
   * away does not mean to open a door.
   *
   * @throws {WebError} `state-file` for one that cannot be read; the content stays what it was
   */
  async refresh({ force = false }: { force?: boolean } = {}): Promise<T> {
    const now = performance.now()
    if (this.#path === undefined || (!force && now - this.#lookedMs < FRESH_MS)) return this.#content
    this.#lookedMs = now
    const mark = await markOf(this.#path)
    if (mark === undefined || mark === this.#mark) return this.#content
    try {
      const bytes = await readFile(nodeDisk, this.#path)
      if (bytes !== undefined) this.#content = this.#parse(JSON.parse(Buffer.from(bytes).toString("utf8")))
    } catch (error) {
      const remedy = "put it right, or back from a backup"
      const text = `cannot read ${this.#path}: ${(error as Error).message}`
      throw new WebError("state-file", text, { status: 500, remedy, cause: error })
    }
    this.#mark = mark
    return this.#content
  }

  /** Change the content and write it; resolves when the new one is safe. What `change` throws leaves everything as it was. */
  update(change: (content: T) => T): Promise<T> {
    const updated = this.#writing.then(async () => {
      const next = change(await this.refresh({ force: true }))
      if (this.#path !== undefined) await this.#write(next, this.#path)
      this.#content = next
      return next
    })
    this.#writing = updated.catch(() => {})
    return updated
  }

  async #write(content: T, path: string): Promise<void> {
    await nodeDisk.makeFolder(dirname(path))
    await replaceFile(nodeDisk, path, new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`))
    this.#mark = (await markOf(path)) ?? ""
  }
}

/** What differs from one file under a name to the next; undefined if there is none. */
async function markOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(path)
    return `${ino}/${mtimeMs}/${size}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
