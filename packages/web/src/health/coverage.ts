import type { Client, JsonObject } from "@metricq/client"
import { storesMetric } from "../network/stores.js"
import { answerIfAny } from "./optional-rpc.js"

/** Whether configurations of databases have room for a metric, though no point of it may have come yet. */
export class Coverage {
  readonly #rpc: Pick<Client, "rpc">
  #configs: JsonObject[] | undefined
  #text = ""
  /** What was found out about names; patterns are not looked at anew for each of many metrics at each look. */
  readonly #known = new Map<string, boolean>()

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /** Read what these databases are told to store. */
  async read(databases: readonly string[]): Promise<void> {
    const configs: JsonObject[] = []
    for (const token of databases) {
      const answer = await answerIfAny(() => this.#rpc.rpc("config.get", { token }, { timeout: 10, repeatable: true }))
      if (answer === undefined) return this.#take(undefined)
      configs.push(answer.config as JsonObject)
    }
    this.#take(configs)
  }

  /** Whether one of them stores a metric as soon as a point comes; undefined if nobody knows. */
  has(name: string): boolean | undefined {
    const configs = this.#configs
    if (configs === undefined) return undefined
    const known = this.#known.get(name) ?? configs.some((config) => storesMetric(config, name))
    this.#known.set(name, known)
    return known
  }

  #take(configs: JsonObject[] | undefined): void {
    const text = JSON.stringify(configs) ?? ""
    if (text !== this.#text) this.#known.clear()
    this.#text = text
    this.#configs = configs
  }
}
