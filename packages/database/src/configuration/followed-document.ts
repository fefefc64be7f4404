import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type JsonObject, parseJson } from "@metricq/client"

/**
 * The configuration that was followed last, kept beside the store: with it, what a new one no longer stores can be unsubscribed also if the
 * database was not running when it changed.
 */
export class FollowedDocument {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, "followed.json")
  }

  /** Undefined if there is none that can be read; it saves work, and nothing depends on it. */
  async read(): Promise<JsonObject | undefined> {
    try {
      const value = parseJson(await readFile(this.#path, "utf8"))
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined
    } catch {
      return undefined
    }
  }

  async write(document: JsonObject): Promise<void> {
    const draft = `${this.#path}.new`
    await writeFile(draft, JSON.stringify(document))
    await rename(draft, this.#path)
  }
}
