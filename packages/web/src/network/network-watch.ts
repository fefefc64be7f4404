import { type Client, RPCError } from "@metricq/client"
import type { Catalogue, CatalogueEntry } from "./catalogue.js"
import type { ClientList } from "./client-list.js"
import { DataFlow, type Flow } from "./data-flow.js"
import type { DatabaseStatus } from "./database-status.js"
import type { MeasuredRates } from "./measured-rates.js"
import { type GroupedMetrics, groupMetrics } from "./metric-groups.js"
import { type NetworkEdges, networkEdges } from "./network-edges.js"
import { type NetworkNode, networkNodes } from "./network-nodes.js"
import { type Subscription, SubscriptionBook } from "./subscription-book.js"

/** The graph is made anew at most this often. */
const FRESH_MS = 3_000

/** What a watch asks. */
export interface NetworkSources {
  readonly rpc: Pick<Client, "rpc" | "rpcTo">
  readonly catalogue: Pick<Catalogue, "list">
  readonly clientList: Pick<ClientList, "list">
  readonly databases: Pick<DatabaseStatus, "read" | "rates">
  /** Without it rates are only those that are declared. */
  readonly measured?: Pick<MeasuredRates, "get">
  /** Begin of the tokens of the web server. */
  readonly web: string
}

/** A graph, and what could not be learnt for it. */
export interface NetworkPicture extends NetworkEdges {
  readonly nodes: readonly NetworkNode[]
  /** Why subscriptions are missing, or undefined. */
  readonly trouble: string | undefined
}

/** Who sends what to whom, from what the manager, the databases and the catalogue tell. Asked for often, it answers with what it had. */
export class NetworkWatch {
  readonly #sources: NetworkSources
  readonly #book: SubscriptionBook
  #entries: readonly CatalogueEntry[] | undefined
  #grouped: GroupedMetrics = groupMetrics([])
  #flow = new DataFlow(this.#grouped)
  /** The edges, and the flows they were made of. */
  #edges: { of: readonly Flow[]; edges: NetworkEdges } | undefined
  #picture: NetworkPicture | undefined
  #madeMs = Number.NEGATIVE_INFINITY
  #making: Promise<NetworkPicture> | undefined

  constructor(sources: NetworkSources) {
    this.#sources = sources
    this.#book = new SubscriptionBook(sources.rpc)
  }

  /** The graph, at most a few seconds old. Rejects as RPCs do if the manager is away and there was never one. */
  async picture(): Promise<NetworkPicture> {
    if (this.#picture && performance.now() - this.#madeMs < FRESH_MS) return this.#picture
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined
    })
    return this.#making
  }

  /** The subscriptions, as old as the graph. Rejects as {@link picture}. */
  async subscriptions(): Promise<readonly Subscription[]> {
    await this.picture()
    return this.#book.list()
  }

  async #make(): Promise<NetworkPicture> {
    const { catalogue, clientList, web } = this.#sources
    const [clients, trouble] = await Promise.all([ifAllowed(clientList.list()), this.#readSubscriptions()])
    const entries = catalogue.list()
    if (entries !== this.#entries) {
      this.#entries = entries
      this.#grouped = groupMetrics(entries)
      this.#flow = new DataFlow(this.#grouped)
    }
    const subscribers = this.#book.list()
    const databases = databasesOf(subscribers)
    if (databases.length > 0) await this.#sources.databases.read(databases)
    const measured = this.#sources.databases.rates
    const { groups } = this.#grouped
    const flows = await this.#flow.flows(subscribers, this.#sources.measured?.get(databases, this.#grouped))
    if (this.#edges?.of !== flows) {
      this.#edges = { of: flows, edges: networkEdges(groups, flows, this.#flow.seenOfGroups()) }
    }
    const nodes = networkNodes({ clients, subscribers, groups, measured, web })
    this.#madeMs = performance.now()
    this.#picture = { nodes, ...this.#edges.edges, trouble }
    return this.#picture
  }

  /** Why they could not be read, if the manager refuses to tell. */
  async #readSubscriptions(): Promise<string | undefined> {
    try {
      await this.#book.refresh()
      return undefined
    } catch (error) {
      if (error instanceof RPCError) return error.message
      throw error
    }
  }
}

function databasesOf(subscribers: readonly Subscription[]): string[] {
  return [...new Set(subscribers.filter(({ role }) => role === "database").map(({ token }) => token))]
}

/** What an RPC gives, or undefined if the manager refuses it. */
async function ifAllowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof RPCError) return undefined
    throw error
  }
}
