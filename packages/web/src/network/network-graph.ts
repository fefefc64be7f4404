import type { SubscriberRole } from "@metricq/protocol"
import type { SeenClient } from "./client-list.js"
import { type ClientRole, roleOf } from "./client-role.js"
import type { Flow } from "./data-flow.js"
import type { MetricGroup } from "./metric-groups.js"

/** A client. */
export interface NetworkNode {
  /** Token. */
  readonly id: string
  readonly role: ClientRole
  /** null if the manager does not tell. */
  readonly state: SeenClient["state"] | null
  readonly host: string | null
  /** How many metrics it has declared. */
  readonly metrics: number
  /** Points a second that it has declared. */
  readonly rate: number
  /** Points a second that it says it has stored since it was asked before; databases only. */
  readonly measured?: number
  /** The manager may not know everything that it is subscribed to. */
  readonly incomplete?: true
}

/** Metrics that go from a client, or a group of its metrics, to another client. */
export interface NetworkEdge {
  readonly from: string
  readonly to: string
  readonly metrics: number
  /** Points a second, as declared. */
  readonly rate: number
  /** How many of them have no declared rate. */
  readonly unrated: number
}

/** A group of metrics of one client. */
export interface NetworkGroup extends MetricGroup {
  readonly id: string
}

/** What a graph is made of. */
export interface NetworkParts {
  /** undefined if the manager does not tell. */
  readonly clients: readonly SeenClient[] | undefined
  readonly subscribers: readonly { token: string; role: SubscriberRole; isIncomplete: boolean }[]
  readonly groups: readonly MetricGroup[]
  readonly flows: readonly Flow[]
  /** Points a second by token. */
  readonly measured: ReadonlyMap<string, number>
  /** Begin of the tokens of the web server. */
  readonly web: string
}

export interface NetworkGraph {
  readonly nodes: NetworkNode[]
  readonly edges: NetworkEdge[]
  readonly groups: NetworkGroup[]
  /** From groups to clients. */
  readonly flows: NetworkEdge[]
  /** Edges and flows that are left out, the smallest ones. */
  readonly left: number
}

/** Most edges of each kind. */
const MAX_EDGES = 20_000

const RANDOM_PART = /\.[0-9a-f]{32}$/

/** Clients and what goes between them. Clients that were there for a moment and have no part in it any more are left out. */
export function networkGraph(parts: NetworkParts): NetworkGraph {
  const groups = parts.groups.map((group) => ({ ...group, id: groupId(group) }))
  const flows = merged(
    parts.flows.map(({ group, ...flow }) => ({ ...flow, from: groups[group]!.id, via: groups[group]!.source })),
  )
  const edges = merged(flows.map(({ via, ...flow }) => ({ ...flow, from: via, via })))
  const shown = { edges: largest(edges), flows: largest(flows) }
  return {
    nodes: nodesOf(parts),
    edges: shown.edges.map(plain),
    groups,
    flows: shown.flows.map(plain),
    left: edges.length + flows.length - shown.edges.length - shown.flows.length,
  }
}

type Tally = { from: string; to: string; via: string; metrics: number; rate: number; unrated: number }

/** One edge for each pair. */
function merged(edges: readonly Tally[]): Tally[] {
  const byPair = new Map<string, Tally>()
  for (const edge of edges) {
    const key = `${edge.from}\0${edge.to}`
    const sum = byPair.get(key)
    if (!sum) byPair.set(key, { ...edge })
    else {
      sum.metrics += edge.metrics
      sum.rate += edge.rate
      sum.unrated += edge.unrated
    }
  }
  return [...byPair.values()]
}

function largest(edges: Tally[]): Tally[] {
  if (edges.length <= MAX_EDGES) return edges
  return [...edges].sort((a, b) => b.metrics - a.metrics).slice(0, MAX_EDGES)
}

function plain({ from, to, metrics, rate, unrated }: Tally): NetworkEdge {
  return { from, to, metrics, rate: rounded(rate), unrated }
}

function groupId({ source, prefix }: MetricGroup): string {
  return `${source}|${prefix}`
}

function nodesOf({ clients, subscribers, groups, measured, web }: NetworkParts): NetworkNode[] {
  const declared = new Map<string, { metrics: number; rate: number }>()
  for (const { source, metrics, rate } of groups) {
    const sum = declared.get(source) ?? { metrics: 0, rate: 0 }
    declared.set(source, { metrics: sum.metrics + metrics, rate: sum.rate + rate })
  }
  const subscriber = new Map(subscribers.map((one) => [one.token, one]))
  const seen = new Map((clients ?? []).map((client) => [client.token, client]))
  const tokens = new Set([...declared.keys(), ...subscriber.keys()])
  for (const { token, state, config } of seen.values()) {
    if (state !== "gone" || (config && !RANDOM_PART.test(token))) tokens.add(token)
  }
  return [...tokens].sort().map((token) => {
    const { metrics = 0, rate = 0 } = declared.get(token) ?? {}
    const subscribed = subscriber.get(token)
    const client = seen.get(token)
    const host = client?.discover?.hostname
    return {
      id: token,
      role: roleOf(token, { subscribes: subscribed?.role, declares: metrics > 0, web }),
      state: clients === undefined ? null : (client?.state ?? "gone"),
      host: typeof host === "string" && host !== "" ? host : null,
      metrics,
      rate: rounded(rate),
      ...(measured.has(token) && { measured: rounded(measured.get(token)!) }),
      ...(subscribed?.isIncomplete && { incomplete: true as const }),
    }
  })
}

/** Four significant digits are more than a declaration is worth. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(4))
}
