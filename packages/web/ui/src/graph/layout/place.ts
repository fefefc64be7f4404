import type { Neighbours } from "./order.js"

/** Rounds of pulling nodes towards their neighbours. */
const ROUNDS = 8

/**
 * The middle of each node across its layer: close to its neighbours, in the order given, and with at least `gap` between two.
 * `heights` and `weights` are by node; a heavy one rather stays straight.
 */
export function placeNodes(
  layers: readonly (readonly number[])[],
  neighbours: Neighbours,
  { heights, weights, gap }: { heights: readonly number[]; weights: readonly number[]; gap: number },
): number[] {
  const middle = heights.map(() => 0)
  for (const layer of layers) spread(layer, () => 0)
  for (let round = 0; round < ROUNDS; round++) {
    const isForth = round % 2 === 0
    for (const layer of isForth ? layers : layers.toReversed()) {
      const sides = round < 2 ? [isForth ? neighbours.before : neighbours.after] : [neighbours.before, neighbours.after]
      spread(layer, (node) => pull(node, sides))
    }
  }
  return middle

  function pull(node: number, sides: readonly (readonly (readonly number[])[])[]): number {
    const near = sides.flatMap((side) => side[node]!)
    return near.length === 0 ? middle[node]! : near.reduce((sum, other) => sum + middle[other]!, 0) / near.length
  }

  /** Put a layer as close to the wanted places as its order and the gaps allow: least squares, by pooling neighbours that collide. */
  function spread(layer: readonly number[], wanted: (node: number) => number): void {
    const offsets: number[] = []
    let offset = 0
    for (const [at, node] of layer.entries()) {
      if (at > 0) offset += (heights[layer[at - 1]!]! + heights[node]!) / 2 + gap
      offsets.push(offset)
    }
    const pools: { sum: number; weight: number; count: number }[] = []
    for (const [at, node] of layer.entries()) {
      const weight = weights[node]!
      let pool = { sum: (wanted(node) - offsets[at]!) * weight, weight, count: 1 }
      for (let last = pools.at(-1); last && last.sum / last.weight >= pool.sum / pool.weight; last = pools.at(-1)) {
        pools.pop()
        pool = { sum: pool.sum + last.sum, weight: pool.weight + last.weight, count: pool.count + last.count }
      }
      pools.push(pool)
    }
    let at = 0
    for (const { sum, weight, count } of pools) {
      for (let i = 0; i < count; i++, at++) middle[layer[at]!] = sum / weight + offsets[at]!
    }
  }
}
