import { poll } from "../../lib/poll.js"
import { metricsApi, type Storage } from "./metrics-api.js"

const EVERY_MS = 15_000

/** What databases have of a metric. Reactive. */
export class MetricStorage {
  databases: readonly Storage[] = $state.raw([])

  /** When the first stored point was, ms since 1970; undefined where no database says. */
  readonly first: number | undefined = $derived.by(() => {
    const times = this.databases.flatMap((one) => (one.trouble === undefined && one.first !== null ? [one.first] : []))
    return times.length === 0 ? undefined : Math.min(...times.map((ns) => Number(BigInt(ns) / 1_000_000n)))
  })
  #name = ""

  /** Ask again and again about a metric, until the function that is returned is called. */
  follow(name: string): () => void {
    this.#name = name
    return poll(EVERY_MS, (signal) => this.read(signal))
  }

  /** Ask now. Rejects as the API. */
  async read(signal?: AbortSignal): Promise<void> {
    const name = this.#name
    const databases = await metricsApi.storage(name, signal)
    if (name === this.#name) this.databases = databases
  }
}
