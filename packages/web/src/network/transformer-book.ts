import { type Client, RPCError } from "@metricq/client"
import { mapBounded } from "./bounded.js"
import { type Derivations, readDerivations } from "./derivations.js"

const FRESH_MS = 5_000
const AT_ONCE = 8
/** Transformers whose configurations are read; of others nothing is known. */
const MAX_TRANSFORMERS = 2_000

/** What the stored configurations of transformers say of their inputs. A configuration is read again when its revision is another one. */
export class TransformerBook {
  readonly #rpc: Pick<Client, "rpc">
  #known = new Map<string, { revision: string; derivations: Derivations }>()
  #readMs = Number.NEGATIVE_INFINITY

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /** By token, of those that have a configuration; empty if the manager does not tell. Rejects if it is away. */
  async read(tokens: readonly string[]): Promise<ReadonlyMap<string, Derivations>> {
    const wanted = tokens.slice(0, MAX_TRANSFORMERS)
    const isComplete = wanted.every((token) => this.#known.has(token))
    if (!isComplete || performance.now() - this.#readMs > FRESH_MS) await this.#refresh(new Set(wanted))
    return new Map([...this.#known].map(([token, { derivations }]) => [token, derivations]))
  }

  async #refresh(wanted: ReadonlySet<string>): Promise<void> {
    try {
      const { configs } = await this.#rpc.rpc("config.list", {}, { repeatable: true, timeout: 5 })
      const listed = configs.filter(({ token }) => wanted.has(token))
      const entries = await mapBounded(listed, AT_ONCE, async ({ token, revision }) => {
        const known = this.#known.get(token)
        return [token, known?.revision === revision ? known : await this.#readOne(token)] as const
      })
      this.#known = new Map(entries.flatMap(([token, known]) => (known ? [[token, known]] : [])))
      this.#readMs = performance.now()
    } catch (error) {
      if (!(error instanceof RPCError)) throw error // the manager does not let this user read configurations
    }
  }

  async #readOne(token: string) {
    try {
      const { config, revision } = await this.#rpc.rpc("config.get", { token }, { repeatable: true, timeout: 5 })
      return { revision, derivations: readDerivations(config) }
    } catch (error) {
      if (error instanceof RPCError) return undefined // deleted meanwhile
      throw error
    }
  }
}
