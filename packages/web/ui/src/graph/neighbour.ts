import type { Layout, PlacedNode } from "./layout/layered.js"

/** The node that an arrow key leads to: along an edge, or up and down within the layer. Undefined if there is none. */
export function neighbour(layout: Layout, id: string, key: string): string | undefined {
  const here = layout.nodes.get(id)
  if (here === undefined) return undefined
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const along = layout.edges.filter((edge) => !edge.isBack && (key === "ArrowRight" ? edge.from : edge.to) === id)
    const ends = along.flatMap((edge) => layout.nodes.get(key === "ArrowRight" ? edge.to : edge.from) ?? [])
    return closest(here, ends)
  }
  const side = [...layout.nodes.values()].filter(
    ({ layer, y }) => layer === here.layer && (key === "ArrowDown" ? y > here.y : y < here.y),
  )
  return closest(here, side)
}

function closest(here: PlacedNode, nodes: readonly PlacedNode[]): string | undefined {
  const distance = (node: PlacedNode) => Math.abs(node.y + node.height / 2 - here.y - here.height / 2)
  return nodes.toSorted((a, b) => distance(a) - distance(b))[0]?.id
}
