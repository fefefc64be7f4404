import type { SubscriberRole } from "@metricq/protocol"
import type { SeenClient } from "./client-list.js"
import { type ClientRole, roleOf } from "./client-role.js"
import type { MetricGroup } from "./metric-groups.js"
import { roundedRate } from "./network-edges.js"

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

/** What nodes are made of. */
export interface NetworkParts {
  /** undefined if the manager does not tell. */
  readonly clients: readonly SeenClient[] | undefined
  readonly subscribers: readonly { token: string; role: SubscriberRole; isIncomplete: boolean }[]
  readonly groups: readonly MetricGroup[]
  /** Points a second by token. */
  readonly measured: ReadonlyMap<string, number>
  /** Begin of the tokens of the web server. */
  readonly web: string
}

const RANDOM_PART = /\.[0-9a-f]{32}$/

/** The clients of a network, by token. Those that were there for a moment and have no part in it any more are left out. */
export function networkNodes({ clients, subscribers, groups, measured, web }: NetworkParts): NetworkNode[] {
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
      rate: roundedRate(rate),
      ...(measured.has(token) && { measured: roundedRate(measured.get(token)!) }),
      ...(subscribed?.isIncomplete && { incomplete: true as const }),
    }
  })
}
