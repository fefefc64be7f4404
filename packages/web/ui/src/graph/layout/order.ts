/** Rounds of sorting; later ones hardly help any more. */
const ROUNDS = 12

/** Neighbours of each node in the layer before and in the one after. */
export interface Neighbours {
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
}

/**
 * The order of nodes in their layers with few crossings of edges: each layer is sorted by where its neighbours are, forth and back, and the best
 * order is kept. Edges lead from a layer to the next one.
 */
export function orderLayers(layers: readonly (readonly number[])[], neighbours: Neighbours): number[][] {
  let order = layers.map((layer) => [...layer])
  let best = order
  let fewest = crossings(order, neighbours.after)
  for (let round = 0; round < ROUNDS && fewest > 0; round++) {
    order = round % 2 === 0 ? sweep(order, neighbours.before) : sweep(order.toReversed(), neighbours.after).toReversed()
    const now = crossings(order, neighbours.after)
    if (now < fewest) {
      best = order
      fewest = now
    }
  }
  return best
}

/** Sort each layer but the first by the mean place of its neighbours in the one before; a node without any stays where it is. */
function sweep(layers: readonly number[][], neighbours: readonly (readonly number[])[]): number[][] {
  const sorted: number[][] = []
  for (const layer of layers) {
    const places = placesIn(sorted.at(-1) ?? [])
    const wanted = new Map(layer.map((node, at) => [node, mean(neighbours[node]!, places) ?? at]))
    sorted.push(sorted.length === 0 ? layer : [...layer].sort((a, b) => wanted.get(a)! - wanted.get(b)!))
  }
  return sorted
}

function mean(nodes: readonly number[], places: ReadonlyMap<number, number>): number | undefined {
  let sum = 0
  let count = 0
  for (const node of nodes) {
    const place = places.get(node)
    if (place === undefined) continue
    sum += place
    count++
  }
  return count === 0 ? undefined : sum / count
}

/** How many pairs of edges cross. */
export function crossings(layers: readonly (readonly number[])[], after: readonly (readonly number[])[]): number {
  let count = 0
  for (const [at, layer] of layers.entries()) {
    const next = layers[at + 1]
    if (next === undefined) break
    const places = placesIn(next)
    const ends = layer.flatMap((node) => after[node]!.map((to) => places.get(to) ?? 0).sort((a, b) => a - b))
    count += inversions(ends, next.length)
  }
  return count
}

/** Pairs in the wrong order, of whole numbers below `size`: counted by a binary indexed tree. */
function inversions(values: readonly number[], size: number): number {
  const tree = new Uint32Array(size + 1)
  let count = 0
  for (const [seen, value] of values.entries()) {
    let notAbove = 0
    for (let at = value + 1; at > 0; at -= at & -at) notAbove += tree[at]!
    count += seen - notAbove
    for (let at = value + 1; at <= size; at += at & -at) tree[at]!++
  }
  return count
}

function placesIn(layer: readonly number[]): Map<number, number> {
  return new Map(layer.map((node, at) => [node, at]))
}
