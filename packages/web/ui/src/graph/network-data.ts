import type { FlowSize } from "./flow-rate.js"

/** What `GET /api/v1/network?groups=true` answers. Rates are points a second. */
export interface NetworkAnswer {
  nodes: NetworkClient[]
  edges: NetworkFlow[]
  groups: NetworkGroup[]
  /** From groups to clients. */
  flows: NetworkFlow[]
  /** Edges and flows that were too many. */
  left?: number
  /** Why subscriptions are missing. */
  trouble?: string
}

export type ClientRole = "source" | "transformer" | "database" | "sink" | "manager" | "web" | "history" | "other"

export interface NetworkClient {
  /** Token. */
  id: string
  role: ClientRole
  state: "up" | "late" | "gone" | null
  host: string | null
  metrics: number
  rate: number
  measured?: number
  incomplete?: true
}

/** Metrics of one client that begin alike. */
export interface NetworkGroup extends FlowSize {
  id: string
  source: string
  prefix: string
}

export interface NetworkFlow extends FlowSize {
  from: string
  to: string
}
