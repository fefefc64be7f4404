import type { Client } from "@metricq/client"
import type { Catalogue } from "../network/catalogue.js"
import type { ClientList } from "../network/client-list.js"
import { ClientObserver } from "./client-observer.js"
import { DatabaseObserver, type SeenDatabase } from "./database-observer.js"
import type { NetworkObservation, QueueObservation } from "./observation.js"
import { answerIfAny, numberOf, objectsOf, textOf } from "./optional-rpc.js"

/** What the network is asked with. */
export interface NetworkParts {
  readonly rpc: Pick<Client, "rpc" | "rpcTo">
  readonly clients: Pick<ClientList, "list">
  readonly catalogue: Pick<Catalogue, "facets">
}

/** The network as rules see it, and which databases can be surveyed. */
export interface NetworkLook extends NetworkObservation {
  readonly databases: readonly SeenDatabase[]
}

const asking = { timeout: 10, repeatable: true }

/** Looks at everything in a network that is not a metric. What a peer cannot tell is left out. */
export class NetworkReader {
  readonly #parts: NetworkParts
  readonly #observer = new ClientObserver()
  readonly #databases: DatabaseObserver

  constructor(parts: NetworkParts) {
    this.#parts = parts
    this.#databases = new DatabaseObserver(parts.rpc)
  }

  /** @throws if the network is out of reach */
  async look(nowMs: number): Promise<NetworkLook> {
    const { rpc, clients: list } = this.#parts
    const seen = (await answerIfAny(async () => ({ clients: await list.list() })))?.clients as
      | Awaited<ReturnType<ClientList["list"]>>
      | undefined
    const queues = queuesOf(await answerIfAny(() => rpc.rpc("queue.list" as string, {}, asking)))
    const contested = await answerIfAny(() => rpc.rpc("metadata.contested" as string, {}, asking))
    const databases = await this.#lookAtDatabases(seen, queues, nowMs)
    return {
      nowMs,
      clients: seen && this.#observer.observe(seen, nowMs),
      queues,
      contested: contested && contestedOf(contested.metrics),
      databases,
    }
  }

  #lookAtDatabases(
    seen: Awaited<ReturnType<ClientList["list"]>> | undefined,
    queues: readonly QueueObservation[] | undefined,
    nowMs: number,
  ): Promise<SeenDatabase[]> {
    const isDatabase = (token: string) => token.startsWith("db-")
    const declaring = this.#parts.catalogue.facets().source.map(({ value }) => value)
    const clients = (seen ?? []).filter(({ token }) => isDatabase(token))
    const expected = new Set([
      ...declaring.filter(isDatabase),
      ...clients.filter(({ config }) => config).map(({ token }) => token),
    ])
    const up = clients.filter(({ state }) => state !== "gone").map(({ token }) => token)
    const queued = (token: string) =>
      (queues ?? []).reduce((sum, queue) => sum + (queue.token === token ? queue.messages : 0), 0)
    return this.#databases.observe([...new Set([...expected, ...up])].sort(), expected, queued, nowMs)
  }
}

function queuesOf(answer: { readonly queues?: unknown } | undefined): QueueObservation[] | undefined {
  if (answer === undefined) return undefined
  return objectsOf(answer.queues)
    .filter(({ messages, consumers }) => typeof messages === "number" && typeof consumers === "number")
    .map(({ queue, token, messages, consumers }) => ({
      ...{ queue: textOf(queue), token: textOf(token) },
      ...{ messages: numberOf(messages), consumers: numberOf(consumers) },
    }))
}

function contestedOf(list: unknown): { metric: string; sources: string[] }[] {
  return objectsOf(list).map(({ metric, sources }) => ({
    metric: textOf(metric),
    sources: (Array.isArray(sources) ? sources : []).map((source) => textOf(source)),
  }))
}
