import type { LayoutNode } from "./graph.js"

/**
 * The layer of each node, so that every edge leads to a later one; the edges have no circle. A node is as early as it can be; with `isTight` as late
 * as what it leads to allows. Nodes that belong into the last layer are in it.
 */
export function layersOf(
  nodes: readonly LayoutNode[],
  edges: readonly { from: number; to: number }[],
  isTight: boolean,
): number[] {
  const order = topological(nodes.length, edges)
  const outgoing: number[][] = nodes.map(() => [])
  for (const { from, to } of edges) outgoing[from]!.push(to)
  const layers = nodes.map(() => 0)
  for (const node of order) for (const to of outgoing[node]!) layers[to] = Math.max(layers[to]!, layers[node]! + 1)
  if (isTight) {
    for (const node of order.toReversed()) {
      const next = outgoing[node]!.map((to) => layers[to]!)
      if (next.length > 0) layers[node] = Math.min(...next) - 1
    }
  }
  const isEnd = (node: number) => nodes[node]!.last === true && outgoing[node]!.length === 0
  const most = Math.max(0, ...layers.map((layer, node) => (isEnd(node) ? layer : layer + (hasEnds(node) ? 1 : 0))))
  return layers.map((layer, node) => (isEnd(node) ? most : layer))

  /** A node that something in the last layer may have to stand behind. */
  function hasEnds(node: number): boolean {
    return outgoing[node]!.some(isEnd)
  }
}

function topological(nodes: number, edges: readonly { from: number; to: number }[]): number[] {
  const incoming = new Array<number>(nodes).fill(0)
  const outgoing: number[][] = Array.from({ length: nodes }, () => [])
  for (const { from, to } of edges) {
    incoming[to]!++
    outgoing[from]!.push(to)
  }
  const order = incoming.flatMap((count, node) => (count === 0 ? [node] : []))
  for (let at = 0; at < order.length; at++) {
    for (const to of outgoing[order[at]!]!) if (--incoming[to]! === 0) order.push(to)
  }
  return order
}
