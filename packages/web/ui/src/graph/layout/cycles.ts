/**
 * The edges without which a graph has no circle: for each, whether it leads back to a node that it can be reached from. Nodes are visited in
 * their order, so that those that come first rather stay before the others.
 */
export function backEdges(nodes: number, edges: readonly { from: number; to: number }[]): boolean[] {
  const outgoing: number[][] = Array.from({ length: nodes }, () => [])
  for (const [at, { from }] of edges.entries()) outgoing[from]!.push(at)
  const state = new Uint8Array(nodes)
  const isBack = edges.map(() => false)
  for (let start = 0; start < nodes; start++) {
    if (state[start] !== UNSEEN) continue
    const way: { node: number; next: number }[] = [{ node: start, next: 0 }]
    state[start] = ON_THE_WAY
    while (way.length > 0) {
      const here = way.at(-1)!
      const edge = outgoing[here.node]![here.next++]
      if (edge === undefined) {
        state[here.node] = DONE
        way.pop()
        continue
      }
      const { to } = edges[edge]!
      if (state[to] === ON_THE_WAY) isBack[edge] = true
      else if (state[to] === UNSEEN) {
        state[to] = ON_THE_WAY
        way.push({ node: to, next: 0 })
      }
    }
  }
  return isBack
}

const UNSEEN = 0
const ON_THE_WAY = 1
const DONE = 2
