import { type Client, type JsonObject, RPCError } from "@metricq/client"
import { mapBounded } from "./bounded.js"

const FRESH_MS = 3_000
const AT_ONCE = 8
/** Configurations looked through; of others nothing is known. */
const MAX_CONFIGS = 5_000
/** Characters of configurations kept, as JSON; those beyond that are read anew each time. */
const MAX_KEPT = 64 * 1024 * 1024

/** All stored configurations. One is read again when its revision is another one. */
export class ConfigBook {
  readonly #rpc: Pick<Client, "rpc">
  #kept = new Map<string, { revision: string; config: JsonObject; size: number }>()
  #list: { token: string; revision: string }[] = []
  #listedMs = Number.NEGATIVE_INFINITY

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /**
   * Call `look` with every configuration, one after the other, in the order of tokens.
   *
   * @throws {RPCError} if the manager does not let this user read configurations
   */
  async each(look: (token: string, config: JsonObject) => void): Promise<void> {
    await this.#refreshList()
    const missing = this.#list.filter(({ token, revision }) => this.#kept.get(token)?.revision !== revision)
    let size = 0
    for (const entry of this.#kept.values()) size += entry.size
    const large = new Set<string>()
    await mapBounded(missing, AT_ONCE, async ({ token }) => {
      const read = size < MAX_KEPT ? await this.#read(token) : undefined
      if (read) this.#kept.set(token, read)
      else large.add(token)
      size += read?.size ?? 0
    })
    for (const { token } of this.#list) {
      const entry = large.has(token) ? await this.#read(token) : this.#kept.get(token)
      if (entry) look(token, entry.config)
    }
  }

  /** Configurations have changed: what comes next is read anew. */
  outdate(): void {
    this.#listedMs = Number.NEGATIVE_INFINITY
  }

  async #refreshList(): Promise<void> {
    if (performance.now() - this.#listedMs < FRESH_MS) return
    const { configs } = await this.#rpc.rpc("config.list", {}, { repeatable: true, timeout: 5 })
    this.#list = configs.slice(0, MAX_CONFIGS)
    this.#listedMs = performance.now()
    const present = new Set(this.#list.map(({ token }) => token))
    for (const token of this.#kept.keys()) if (!present.has(token)) this.#kept.delete(token)
  }

  async #read(token: string) {
    try {
      const { config, revision } = await this.#rpc.rpc("config.get", { token }, { repeatable: true, timeout: 5 })
      return { revision, config, size: JSON.stringify(config).length }
    } catch (error) {
      if (error instanceof RPCError) return undefined // deleted meanwhile
      throw error
    }
  }
}
