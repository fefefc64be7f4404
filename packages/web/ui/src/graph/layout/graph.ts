/** A node to be laid out; sizes in pixels. */
export interface LayoutNode {
  readonly id: string
  readonly width: number
  readonly height: number
  /** It belongs into the last layer, whatever leads to it. */
  readonly last?: boolean
}

export interface LayoutEdge {
  readonly from: string
  readonly to: string
}

/** Edges by their ends as positions in the list of nodes. Edges whose ends are not there are left out. */
export function indexed(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): { from: number; to: number }[] {
  const at = new Map(nodes.map(({ id }, i) => [id, i]))
  return edges.flatMap(({ from, to }) => {
    const ends = { from: at.get(from), to: at.get(to) }
    return ends.from === undefined || ends.to === undefined ? [] : [{ from: ends.from, to: ends.to }]
  })
}
