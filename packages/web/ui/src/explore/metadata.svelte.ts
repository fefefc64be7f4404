import { SvelteMap } from "svelte/reactivity"
import { ApiError, api } from "../api.js"

/** What is known of a metric; `missing` if the network does not know it. */
export interface MetricInfo {
  unit: string
  description: string
  quantity: string
  /** Points a second, 0 if not declared. */
  rate: number
  missing: boolean
}

const NOTHING: MetricInfo = { unit: "", description: "", quantity: "", rate: 0, missing: false }

/** Metadata of the metrics that were asked for, reactive; kept while the page is open. */
export class MetadataStore {
  readonly #known = new SvelteMap<string, MetricInfo>()
  readonly #asked = new Set<string>()

  /** What is known now. */
  of(name: string): MetricInfo {
    return this.#known.get(name) ?? NOTHING
  }

  /** Whether the answer is there. */
  has(name: string): boolean {
    return this.#known.has(name)
  }

  /** Take what a search has told already. */
  put(name: string, metadata: Record<string, unknown>): void {
    this.#asked.add(name)
    this.#known.set(name, infoOf(metadata))
  }

  /** Ask for what is not known yet. A server out of reach is asked again with the next call. */
  ask(names: readonly string[]): void {
    for (const name of names) if (!this.#asked.has(name)) void this.#ask(name)
  }

  async #ask(name: string): Promise<void> {
    this.#asked.add(name)
    try {
      this.put(name, await api.metric(name))
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.#known.set(name, { ...NOTHING, missing: true })
      else this.#asked.delete(name)
    }
  }
}

function infoOf(metadata: Record<string, unknown>): MetricInfo {
  const text = (key: string) => (typeof metadata[key] === "string" ? (metadata[key] as string) : "")
  const rate = typeof metadata.rate === "number" && metadata.rate > 0 ? metadata.rate : 0
  return { unit: text("unit"), description: text("description"), quantity: text("quantity"), rate, missing: false }
}
