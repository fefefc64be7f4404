import type { GraphEdge, GraphNode } from "../../graph/drawing.js"
import { type FlowSize, isFarBelow, rateNow } from "../../graph/flow-rate.js"
import { type Layout, type LayoutNode, layered } from "../../graph/layout/layered.js"
import type { ClientRole, NetworkClient } from "../../graph/network-data.js"
import type { NetworkView, ViewNode } from "../../graph/network-view.js"
import { lineWidth, perSecond } from "../../graph/rate-text.js"
import { count } from "../../lib/numbers.js"
import { t } from "../../texts/index.js"
import { shortToken } from "../clients/client-info.js"

const BOX = { width: 200, height: 46 }
const PILL = { width: 188, height: 40 }
/** Where nothing goes on from. */
const ENDS: ReadonlySet<ClientRole> = new Set(["database", "sink", "web"])

/** Places for the nodes of a view; the same ones as long as its nodes and edges are the same. */
export function layoutOf(view: NetworkView): Layout {
  const sends = new Set(view.edges.map(({ from }) => from))
  const nodes = view.nodes.map(
    (node): LayoutNode => ({
      id: node.id,
      ...(node.kind === "metrics" ? PILL : BOX),
      last: node.kind !== "metrics" && ENDS.has(node.role) && !sends.has(node.id),
    }),
  )
  return layered(nodes, view.edges, { layerGap: 84, nodeGap: 14 })
}

/** What says whether two views have the same layout. */
export function shapeOf(view: NetworkView): string {
  return JSON.stringify([view.nodes.map(({ id }) => id), view.edges.map(({ from, to }) => [from, to])])
}

/** The nodes as they are drawn. */
export function graphNodes(view: NetworkView): GraphNode[] {
  const received = new Map<string, number>()
  for (const { to, ...flow } of view.edges) received.set(to, (received.get(to) ?? 0) + rateNow(flow))
  return view.nodes.map((node) => {
    const title = titleOf(node)
    const detail = detailOf(node, received.get(node.id) ?? 0)
    if (node.kind === "metrics") {
      return { id: node.id, shape: "pill", title, detail, what: t("network.role.metrics"), opens: node.opens }
    }
    const shape = node.kind === "stack" ? "pile" : "box"
    const what = `${t(`network.role.${node.role}`)}, ${stateText(node.clients)}`
    const isFaint = node.clients.every(({ state }) => state === "gone")
    return { id: node.id, shape, title, detail, what, opens: node.opens, dot: dotOf(node.clients), isFaint }
  })
}

/**
 * The edges as they are drawn, as wide and with the rate that is measured, or declared where nothing is; those where much less comes
 * than is declared stand out. Those from a client to its own metrics have no text, as the metrics tell it.
 */
export function graphEdges(view: NetworkView): GraphEdge[] {
  const metrics = new Set(view.nodes.filter(({ kind }) => kind === "metrics").map(({ id }) => id))
  return view.edges.map((edge) => {
    const { from, to } = edge
    const now = rateNow(edge)
    const isOdd = isFarBelow(edge)
    const label = isOdd ? `▾ ${rateText(now)}` : perSecond(now)
    return { from, to, width: lineWidth(now), isOdd, label: metrics.has(to) ? "" : label }
  })
}

/** Points a second, also none. */
export function rateText(rate: number): string {
  return perSecond(rate) || "0/s"
}

/** `1.2 k/s measured, 1.5 k/s declared`; "" if neither is known. */
export function flowText({ metrics, rate, measured }: FlowSize): string {
  const declared = rate > 0 ? t("network.rate.declared", { rate: rateText(rate) }) : ""
  if (!measured) return declared
  const seen = t("network.rate.measured", { rate: rateText(measured.rate) })
  if (measured.metrics < metrics)
    return [`${seen} (${partText(measured, metrics)})`, declared].filter(Boolean).join(", ")
  const isSame = rateText(measured.rate) === rateText(rate)
  return [seen, isSame ? t("network.rate.same") : declared].filter(Boolean).join(", ")
}

/** How many of the metrics are measured. */
export function partText(measured: { metrics: number }, metrics: number): string {
  return t("network.rate.some", { count: count(measured.metrics), total: count(metrics) })
}

/** What stands in each layer. */
export function headingsOf(view: NetworkView, layout: Layout): string[] {
  return layout.layers.map((_, layer) => {
    const here = view.nodes.filter(({ id }) => layout.nodes.get(id)?.layer === layer)
    const kinds = new Set(
      here.map(({ kind, role }) => (kind === "metrics" ? "metrics" : role === "web" ? "sink" : role)),
    )
    if (kinds.size === 2 && kinds.has("database") && kinds.has("sink")) return t("network.layer.ends")
    const [only] = kinds
    const isNamed =
      only === "metrics" || only === "source" || only === "transformer" || only === "database" || only === "sink"
    return kinds.size === 1 && isNamed ? t(`network.layer.${only}`) : ""
  })
}

/** The name of a node. */
export function titleOf({ kind, label, clients }: ViewNode): string {
  if (kind === "metrics") return label
  return kind === "stack" ? `${label}  ×${count(clients.length)}` : shortToken(label)
}

/** Metrics as a number with its word. */
export function metricsText(metrics: number): string {
  return metrics === 1 ? t("network.metrics.one") : t("network.metrics", { count: count(metrics) })
}

/** How the clients of a node are. */
export function stateText(clients: readonly NetworkClient[]): string {
  const gone = clients.filter(({ state }) => state === "gone").length
  if (clients.length > 1) return gone > 0 ? t("network.state.some", { count: count(gone) }) : t("network.state.up")
  const state = clients[0]?.state
  return state ? t(`network.state.${state}`) : ""
}

function detailOf(node: ViewNode, received: number): string {
  const { kind, role, clients, metrics } = node
  const stored = clients.reduce((sum, { measured = 0 }) => sum + measured, 0)
  if (kind !== "metrics" && stored > 0) return t("network.stored", { rate: perSecond(stored) })
  if (kind !== "metrics" && ENDS.has(role) && metrics === 0) {
    return received > 0 ? t("network.gets", { rate: perSecond(received) }) : ""
  }
  if (metrics === 0) return ""
  return [metricsText(metrics), perSecond(rateNow(node))].filter(Boolean).join(" · ")
}

function dotOf(clients: readonly NetworkClient[]): GraphNode["dot"] {
  const states = clients.map(({ state }) => state)
  if (states.every((state) => state === null)) return undefined
  if (states.every((state) => state === "gone")) return "off"
  return states.every((state) => state === "up") ? "good" : "warn"
}
