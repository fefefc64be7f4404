import type { TreeNode } from "../api.js"

/** A line of an unfolded tree. */
export interface TreeRow {
  node: TreeNode
  /** From 1. */
  depth: number
  /** Among its siblings, from 1, and how many there are. */
  position: number
  siblings: number
  unfolded: boolean
  /** Whether what is below it has still to be asked for. */
  waiting: boolean
}

/** Children of one branch that are listed; where there are more, searching finds faster than leafing. */
export const MOST_CHILDREN = 500

/** The lines of a tree in their order. `children` has what is known, by the path of the branch, "" for the root. */
export function treeRows(
  children: ReadonlyMap<string, readonly TreeNode[]>,
  unfolded: ReadonlySet<string>,
  path = "",
  depth = 1,
): TreeRow[] {
  const nodes = children.get(path) ?? []
  return nodes.slice(0, MOST_CHILDREN).flatMap((node, i) => {
    const isUnfolded = node.metrics > 0 && unfolded.has(node.path)
    const row = {
      ...{ node, depth, position: i + 1, siblings: nodes.length },
      unfolded: isUnfolded,
      waiting: isUnfolded && !children.has(node.path),
    }
    return isUnfolded ? [row, ...treeRows(children, unfolded, node.path, depth + 1)] : [row]
  })
}

/** Where a key leads in a tree: another line, or another fold. undefined for keys that do neither. */
export function treeStep(
  rows: readonly TreeRow[],
  at: number,
  key: string,
): { at: number } | { fold: string; unfold: boolean } | undefined {
  const row = rows[at]
  if (!row) return undefined
  if (key === "ArrowDown") return { at: Math.min(rows.length - 1, at + 1) }
  if (key === "ArrowUp") return { at: Math.max(0, at - 1) }
  if (key === "Home") return { at: 0 }
  if (key === "End") return { at: rows.length - 1 }
  if (key === "ArrowRight" && row.node.metrics > 0) {
    return row.unfolded ? { at: Math.min(rows.length - 1, at + 1) } : { fold: row.node.path, unfold: true }
  }
  if (key !== "ArrowLeft") return undefined
  if (row.unfolded) return { fold: row.node.path, unfold: false }
  const parent = rows.findLastIndex(({ depth }, i) => i < at && depth < row.depth)
  return { at: parent < 0 ? at : parent }
}
