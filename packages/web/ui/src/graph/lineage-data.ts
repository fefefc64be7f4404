import type { ClientRole } from "./network-data.js"

/** What `GET /api/v1/network/lineage/METRIC` answers. */
export interface LineageAnswer {
  metric: string
  depth: number
  nodes: LineageNode[]
  edges: { from: string; to: string }[]
}

export interface LineageNode {
  id: string
  kind: "metric" | "client"
  /** Name of the metric, token of the client. */
  name: string
  /** Steps from the metric in question; against the flow of data below zero. */
  level: number
  role?: ClientRole
  /** Neighbours that are left out. */
  moreIn?: number
  moreOut?: number
  assumed?: true
  unit?: string | null
  description?: string | null
  rate?: number | null
}
