import { type Client, checkMetricName, type JsonObject, type Logger, type Metadata, RPCError } from "@metricq/client"
import { countFacet, type Facets } from "./facets.js"
import { type MetricState, metricState } from "./metric-state.js"
import { childrenOf, type TreeNode } from "./name-tree.js"

/** A metric and what is known of it. */
export interface CatalogueEntry {
  readonly name: string
  readonly metadata: Metadata
  readonly state: MetricState
  /** Name, description and unit in lower case, a line each: what words are looked for in. */
  readonly text: string
  /** Revision of its document, where the manager tells it. */
  readonly revision?: string
}

/** What is needed of a client here. */
export type CatalogueClient = Pick<Client, "rpc" | "getMetrics">

/** Documents in a page of the manager's list; small enough that taking one in holds nothing else up. */
const PAGE = 2000
/** A manager that has not answered by then is away, or has too much to do. */
const ANSWER_S = 5
const SHORTEST_PAUSE_MS = 3_000
const LONGEST_PAUSE_MS = 60_000
/** Reading may take this part of the time. */
const SHARE = 1 / 20

/**
 * The metrics of a network and their metadata, kept in memory and read anew every few seconds: every three in a small network, less often
 * where reading takes long, once a minute at least.
 *
 * Life cycle: `start()` once its client is connected, `stop()`. While the manager is away it has what was read last.
 */
export class Catalogue {
  readonly #client: CatalogueClient
  readonly #logger: Logger
  #entries = new Map<string, CatalogueEntry>()
  #list: readonly CatalogueEntry[] = []
  #facets: Facets | undefined
  #trouble: string | undefined = "it is not connected yet"
  #readMs = 0
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #reading: Promise<void> | undefined

  constructor(client: CatalogueClient, logger: Logger) {
    this.#client = client
    this.#logger = logger
  }

  /** How many metrics there are, hidden ones included. */
  get size(): number {
    return this.#list.length
  }

  /** Why it is not up to date; undefined if it is. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** How long reading took last, in seconds. */
  get readS(): number {
    return this.#readMs / 1000
  }

  /** What is known of a metric; undefined if there is none of this name. */
  get(name: string): CatalogueEntry | undefined {
    return this.#entries.get(name)
  }

  /** All metrics, ordered by name (by code units). The list is not changed any more; reading makes a new one. */
  list(): readonly CatalogueEntry[] {
    return this.#list
  }

  /** How often each unit, source, rate and state occurs among all metrics, the most frequent first; "" where there is none. */
  facets(): Facets {
    this.#facets ??= {
      unit: countFacet(this.#list, "unit"),
      source: countFacet(this.#list, "source"),
      rate: countFacet(this.#list, "rate"),
      state: countFacet(this.#list, "state"),
    }
    return this.#facets
  }

  /** What comes after `prefix` and a dot in names, component by component; "" for the first components. */
  children(prefix: string): TreeNode[] {
    return childrenOf(this.#list, prefix)
  }

  /** Read for the first time, and go on. A manager that cannot be asked now is asked again later. */
  async start(): Promise<void> {
    const run = async () => {
      try {
        await this.refresh()
      } catch (error) {
        const { message } = error as Error
        if (!this.#stopped && message !== this.#trouble) this.#logger.warn("the metrics cannot be read", { error })
        this.#trouble = message
      }
      const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, this.#readMs / SHARE))
      if (!this.#stopped) this.#timer = setTimeout(run, pauseMs).unref()
    }
    await run()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** Read everything now; rejects as the client's RPCs do, and then keeps what there was. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** Read these metrics anew, which were changed just now; rejects as {@link Catalogue.refresh}. */
  async update(names: readonly string[]): Promise<void> {
    if (names.length > PAGE * 5) {
      await this.#reading?.catch(() => {}) // it may have read them before they were changed
      return this.refresh()
    }
    const documents: Record<string, Metadata | null> = {}
    for (let at = 0; at < names.length; at += PAGE) {
      const metrics = names.slice(at, at + PAGE)
      const { metadata } = await this.#client.rpc("metadata.get", { metrics }, { repeatable: true, timeout: ANSWER_S })
      Object.assign(documents, metadata)
    }
    await this.#reading?.catch(() => {})
    const changed = new Map(Object.entries(documents))
    const list = this.#list.filter(({ name }) => !changed.has(name))
    add(list, Object.fromEntries([...changed].filter(hasDocument)), this.#entries)
    this.#take(list)
  }

  /** Read those of these metrics that are not known, as they may have been declared just now; rejects as {@link Catalogue.refresh}. */
  async learn(names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !this.#entries.has(name) && canBeMetric(name))
    if (unknown.length > 0) await this.update(unknown)
  }

  async #read(): Promise<void> {
    const beganMs = performance.now()
    const list = await readEntries(this.#client, this.#entries)
    const hasChanged = list.length !== this.size || list.some((entry) => this.#entries.get(entry.name) !== entry)
    if (hasChanged) this.#take(list)
    this.#readMs = performance.now() - beganMs
    this.#trouble = undefined
  }

  #take(list: CatalogueEntry[]): void {
    list.sort((a, b) => (a.name < b.name ? -1 : 1))
    this.#entries = new Map(list.map((entry) => [entry.name, entry]))
    this.#list = list
    this.#facets = undefined
  }
}

function canBeMetric(name: string): boolean {
  try {
    checkMetricName(name)
    return true
  } catch {
    return false
  }
}

/** A metric as the catalogue has it. */
export function catalogueEntry(name: string, metadata: Metadata, revision?: unknown): CatalogueEntry {
  const text = `${name}\n${textOf(metadata.description)}\n${textOf(metadata.unit)}`.toLowerCase()
  const rev = typeof revision === "string" ? { revision } : {}
  return { name, metadata, state: metricState(metadata), text, ...rev }
}

type Known = ReadonlyMap<string, CatalogueEntry>

/** All metrics there are; of those whose document has not changed, the known entries. */
async function readEntries(client: CatalogueClient, known: Known): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = []
  let after: string | undefined
  try {
    do {
      const page: JsonObject = { limit: PAGE, metadata: true, ...(after === undefined ? {} : { after }) }
      const answer = await client.rpc("metadata.list", page, { repeatable: true, timeout: ANSWER_S })
      add(entries, answer.metrics as Record<string, Metadata>, known)
      after = typeof answer.next === "string" ? answer.next : undefined
    } while (after !== undefined)
  } catch (error) {
    if (!(error instanceof RPCError) || !/rpc handler/i.test(error.message)) throw error
    // The original's manager cannot list pages.
    add(entries, await client.getMetrics({ historic: undefined, timeout: 60 }), known)
  }
  return entries
}

function add(entries: CatalogueEntry[], documents: Readonly<Record<string, Metadata>>, known: Known): void {
  for (const [name, { _id, _rev, ...metadata }] of Object.entries(documents)) {
    if (name.startsWith("_")) continue
    const before = known.get(name)
    const isSame = before?.revision !== undefined && before.revision === _rev
    entries.push(isSame ? before : catalogueEntry(name, metadata, _rev))
  }
}

function hasDocument(entry: [string, Metadata | null]): entry is [string, Metadata] {
  return entry[1] !== null
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}
