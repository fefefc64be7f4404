import { curve, labelPlace } from "./curve.js"
import type { GraphEdge } from "./drawing.js"
import type { Layout } from "./layout/layered.js"

/** An edge with its line, as an SVG path, and the middle of its text. */
export interface DrawnEdge extends GraphEdge {
  readonly key: string
  readonly path: string
  readonly place: { readonly x: number; readonly y: number }
}

/** The edges of a layout as they are drawn; those that nobody has described are left out. Texts stand at the end where there are fewer others. */
export function drawnEdges(layout: Pick<Layout, "edges">, edges: readonly GraphEdge[]): DrawnEdge[] {
  const looks = new Map(edges.map((edge) => [keyOf(edge), edge]))
  const ends = tally(layout.edges)
  return layout.edges.flatMap(({ from, to, points, isBack }) => {
    const key = keyOf({ from, to })
    const edge = looks.get(key)
    if (!edge) return []
    const nearer = ends.get(`<${to}`)! > ends.get(`>${from}`)! ? "start" : "end"
    return [{ ...edge, key, path: curve(points, isBack), place: labelPlace(points, { isBack, nearer }) }]
  })
}

const keyOf = ({ from, to }: { from: string; to: string }) => `${from}\0${to}`

/** How many edges begin and end at each node. */
function tally(list: Layout["edges"]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { from, to } of list) for (const end of [`>${from}`, `<${to}`]) counts.set(end, (counts.get(end) ?? 0) + 1)
  return counts
}
