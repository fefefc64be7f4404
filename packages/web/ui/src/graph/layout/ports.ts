import type { PlacedNode } from "./layered.js"

/** Distance between two edges at a node, at most, and the part of its side that they may take. */
const APART = 9
const SHARE = 0.7

interface Point {
  readonly x: number
  readonly y: number
}

interface Ways {
  readonly isBack: readonly boolean[]
  /** Places that an edge passes between its ends. */
  readonly ways: readonly (readonly number[])[]
  /** Middle of a node or place. */
  readonly y: (at: number) => number
}

/** Where each edge begins and ends: side by side in the order of where they come from or lead to; those that lead back below the nodes. */
export function portsOf(
  nodes: readonly PlacedNode[],
  edges: readonly { from: number; to: number }[],
  { isBack, ways, y }: Ways,
): { start: Point; end: Point }[] {
  const forth = [...edges.keys()].filter((at) => !isBack[at])
  const starts = spread(
    forth,
    (at) => edges[at]!.from,
    (at) => y(ways[at]![0] ?? edges[at]!.to),
  )
  const ends = spread(
    forth,
    (at) => edges[at]!.to,
    (at) => y(ways[at]!.at(-1) ?? edges[at]!.from),
  )
  return edges.map(({ from, to }, at) => {
    const [a, b] = [nodes[from]!, nodes[to]!]
    if (isBack[at]) return { start: below(a), end: below(b) }
    return { start: { x: a.x + a.width, y: y(from) + starts.get(at)! }, end: { x: b.x, y: y(to) + ends.get(at)! } }
  })

  /** The distance of each edge from the middle of its node. */
  function spread(list: readonly number[], nodeOf: (at: number) => number, towards: (at: number) => number) {
    const offsets = new Map<number, number>()
    const byNode = new Map<number, number[]>()
    for (const at of list) byNode.set(nodeOf(at), [...(byNode.get(nodeOf(at)) ?? []), at])
    for (const [node, here] of byNode) {
      const step = Math.min(APART, (nodes[node]!.height * SHARE) / Math.max(1, here.length - 1))
      const sorted = here.toSorted((a, b) => towards(a) - towards(b))
      for (const [i, at] of sorted.entries()) offsets.set(at, (i - (here.length - 1) / 2) * step)
    }
    return offsets
  }
}

function below({ x, y, width, height }: PlacedNode): Point {
  return { x: x + width / 2, y: y + height }
}
