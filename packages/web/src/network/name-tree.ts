/** A component of names, and what is below it. */
export interface TreeNode {
  /** The component alone. */
  readonly name: string
  /** From the first component up to this one. */
  readonly path: string
  /** How many metrics there are below it, itself not included. */
  readonly metrics: number
  /** Whether it is the name of a metric itself. */
  readonly leaf: boolean
}

/**
 * What comes after `prefix` and a dot in names that are ordered by code units, one component deep; "" for the first components.
 *
 * Visits the names below `prefix` only.
 */
export function childrenOf(ordered: readonly { readonly name: string }[], prefix: string): TreeNode[] {
  const start = prefix === "" ? "" : `${prefix}.`
  const nodes = new Map<string, { metrics: number; leaf: boolean }>()
  for (let i = firstFrom(ordered, start); i < ordered.length; i++) {
    const { name } = ordered[i]!
    if (!name.startsWith(start)) break
    const dot = name.indexOf(".", start.length)
    const path = dot < 0 ? name : name.slice(0, dot)
    const node = nodes.get(path) ?? { metrics: 0, leaf: false }
    if (dot < 0) node.leaf = true
    else node.metrics += 1
    nodes.set(path, node)
  }
  return [...nodes].map(([path, node]) => ({ name: path.slice(start.length), path, ...node }))
}

/** Index of the first name that is not before `start`. */
function firstFrom(ordered: readonly { readonly name: string }[], start: string): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ordered[middle]!.name < start) low = middle + 1
    else high = middle
  }
  return low
}
