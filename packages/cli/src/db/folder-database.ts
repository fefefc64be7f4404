import { existsSync } from "node:fs"
import { join } from "node:path"
import { openStore, type Store } from "@metricq/database"
import { type JsonObject, patternToRegExp, Timestamp } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { withSignals } from "../network/signals.js"
import type { DatabaseHandle, DeletedRange, OnProgress } from "./database-handle.js"

/** Of a store, the file that says what belongs to it. */
const MANIFEST = "manifest"

/**
 * Do `work` on the folder of a database that does not run.
 *
 * @throws {CommandError} `no-store` if no store is there; {StorageError} `in-use` if a database uses it
 */
export function withFolder<T>(folder: string, work: (database: DatabaseHandle) => Promise<T>): Promise<T> {
  checkIsStore(folder)
  return withSignals(async (signal) => {
    const store = await openStore(folder, {})
    try {
      return await work(new FolderDatabase(folder, store, signal))
    } finally {
      await store.close()
    }
  })
}

/** Opening a folder without a store would make one. */
function checkIsStore(folder: string): void {
  if (existsSync(join(folder, MANIFEST))) return
  const below = join(folder, "timeline")
  const remedy = existsSync(join(below, MANIFEST)) ? `; did you mean ${below}?` : ""
  throw new CommandError("no-store", `there is no store in ${folder}${remedy}`)
}

/** A store that this process has open. */
class FolderDatabase implements DatabaseHandle {
  readonly name: string
  readonly #store: Store
  readonly #signal: AbortSignal

  constructor(folder: string, store: Store, signal: AbortSignal) {
    this.name = folder
    this.#store = store
    this.#signal = signal
  }

  async status(): Promise<JsonObject> {
    const { trouble, ...figures } = this.#store.figures()
    return { folder: this.name, metrics: this.#store.metrics().length, store: { ...figures }, trouble: [...trouble] }
  }

  verify(onProgress: OnProgress): Promise<JsonObject> {
    return this.#store.verify(this.#signal, onProgress)
  }

  compact(onProgress: OnProgress): Promise<JsonObject> {
    return this.#store.compact(this.#signal, onProgress)
  }

  backup(folder: string, onProgress: OnProgress): Promise<JsonObject> {
    return this.#store.backup(folder, this.#signal, onProgress)
  }

  async delete(pattern: string, range: DeletedRange | undefined, onProgress: OnProgress): Promise<JsonObject> {
    const wanted = patternToRegExp(pattern)
    const names = this.#store.metrics().filter((name) => wanted.test(name))
    if (names.length === 0) throw new CommandError("nothing-stored", `nothing is stored of ${pattern}`)
    for (const [index, name] of names.entries()) {
      this.#signal.throwIfAborted()
      onProgress({ metrics: index, of: names.length })
      await this.#store.delete(name, range && nsOf(range))
    }
    return { metrics: names.length }
  }
}

function nsOf({ begin, end }: DeletedRange): { beginNs: bigint; endNs: bigint } {
  return {
    beginNs: begin === undefined ? -(2n ** 63n) : Timestamp.fromIso(begin).posixNs,
    endNs: end === undefined ? 2n ** 63n - 1n : Timestamp.fromIso(end).posixNs,
  }
}
