import { backEdges } from "./cycles.js"
import { indexed, type LayoutEdge, type LayoutNode } from "./graph.js"
import { layersOf } from "./layers.js"
import { type Neighbours, orderLayers } from "./order.js"
import { placeNodes } from "./place.js"
import { portsOf } from "./ports.js"

export type { LayoutEdge, LayoutNode } from "./graph.js"

/** Where a node is: its left upper corner, and its layer. */
export interface PlacedNode extends LayoutNode {
  readonly x: number
  readonly y: number
  readonly layer: number
}

/** The way of an edge: from the right side of a node, perhaps past others, to the left side of another. */
export interface PlacedEdge extends LayoutEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** It leads back, against all others: from below a node to below another. */
  readonly isBack: boolean
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, PlacedNode>
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
  /** Left side and width of each layer. */
  readonly layers: readonly { readonly x: number; readonly width: number }[]
}

export interface LayoutOptions {
  /** Pixels between layers, and between nodes of one. */
  readonly layerGap?: number
  readonly nodeGap?: number
  /** Nodes stand right before what they lead to, instead of as far left as they can. */
  readonly tight?: boolean
}

/** Height of the way that a long edge has between the nodes of a layer. */
const LANE = 6

/** A layout from left to right: every edge leads to a later layer, but for those that close a circle; nodes do not overlap, and few edges cross. */
export function layered(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  { layerGap = 80, nodeGap = 12, tight = false }: LayoutOptions = {},
): Layout {
  const all = indexed(nodes, edges)
  const isBack = backEdges(nodes.length, all)
  const forth = all.filter((_, at) => !isBack[at])
  const layerOf = layersOf(nodes, forth, tight)
  const heights = nodes.map(({ height }) => height)
  const ways = all.map((edge, at) => (isBack[at] ? [] : wayOf(edge, layerOf, heights)))
  const layers = inLayers(layerOf)
  const neighbours = neighboursOf(heights.length, all, ways)
  const order = orderLayers(layers, neighbours)
  const weights = heights.map((_, at) => (at < nodes.length ? 1 : 4))
  const middles = placeNodes(order, neighbours, { heights, weights, gap: nodeGap })
  const top = Math.min(0, ...middles.map((middle, at) => middle - heights[at]! / 2))
  const columns = columnsOf(layers, nodes, layerGap)
  const y = (at: number) => middles[at]! - top
  const placed = nodes.map((node, at): PlacedNode => {
    const { x, width } = columns[layerOf[at]!]!
    return { ...node, x: x + (width - node.width) / 2, y: y(at) - node.height / 2, layer: layerOf[at]! }
  })
  const ports = portsOf(placed, all, { isBack, ways, y })
  return {
    nodes: new Map(placed.map((node) => [node.id, node])),
    edges: all.map(({ from, to }, at) => {
      const ends = { from: nodes[from]!.id, to: nodes[to]!.id, isBack: isBack[at]! }
      return { ...ends, points: [ports[at]!.start, ...ways[at]!.flatMap(lane), ports[at]!.end] }
    }),
    width: columns.at(-1) ? columns.at(-1)!.x + columns.at(-1)!.width : 0,
    height: Math.max(0, ...heights.map((height, at) => y(at) + height / 2)),
    layers: columns,
  }

  function lane(at: number) {
    const { x, width } = columns[layerOf[at]!]!
    return [
      { x, y: y(at) },
      { x: x + width, y: y(at) },
    ]
  }
}

/** Makes room for a long edge in the layers between its ends; gives the places, which are added to `layerOf` and `heights`. */
function wayOf({ from, to }: { from: number; to: number }, layerOf: number[], heights: number[]): number[] {
  const way: number[] = []
  for (let layer = layerOf[from]! + 1; layer < layerOf[to]!; layer++) {
    layerOf.push(layer)
    heights.push(LANE)
    way.push(heights.length - 1)
  }
  return way
}

function inLayers(layerOf: readonly number[]): number[][] {
  const layers: number[][] = Array.from({ length: Math.max(-1, ...layerOf) + 1 }, () => [])
  for (const [at, layer] of layerOf.entries()) layers[layer]!.push(at)
  return layers
}

function neighboursOf(
  count: number,
  edges: readonly { from: number; to: number }[],
  ways: readonly (readonly number[])[],
): Neighbours {
  const before: number[][] = Array.from({ length: count }, () => [])
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const [at, { from, to }] of edges.entries()) {
    const way = [from, ...ways[at]!, to]
    for (let i = 1; i < way.length; i++) {
      before[way[i]!]!.push(way[i - 1]!)
      after[way[i - 1]!]!.push(way[i]!)
    }
  }
  return { before, after }
}

function columnsOf(layers: readonly (readonly number[])[], nodes: readonly LayoutNode[], gap: number) {
  let x = 0
  return layers.map((layer) => {
    const width = Math.max(0, ...layer.map((at) => nodes[at]?.width ?? 0))
    const column = { x, width }
    x += width + gap
    return column
  })
}
