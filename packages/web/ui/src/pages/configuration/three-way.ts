import type { Path } from "./json-document.js"

/** A place that both sides have changed, and not to the same. `undefined` is: it is not there. */
export interface MergeConflict {
  path: Path
  base: unknown
  mine: unknown
  theirs: unknown
}

/** Two changed documents put together. */
export interface Merged {
  value: unknown
  conflicts: MergeConflict[]
  /** Places that only one side has changed, which are taken as they are. */
  mine: Path[]
  theirs: Path[]
}

/** Which side counts at a conflict. */
export type Choose = (conflict: MergeConflict) => "mine" | "theirs"

/**
 * Put together what two people have made of a document. Objects are merged key by key, lists of equal length element by element; every
 * other list is one value. Keys stand in the order of theirs, those that only I have at the end.
 */
export function mergeDocuments(base: unknown, mine: unknown, theirs: unknown, choose: Choose): Merged {
  const merged: Merged = { value: undefined, conflicts: [], mine: [], theirs: [] }
  merged.value = merge({ merged, choose }, [], base, mine, theirs)
  return merged
}

interface Run {
  merged: Merged
  choose: Choose
}

function merge(run: Run, path: Path, base: unknown, mine: unknown, theirs: unknown): unknown {
  if (same(mine, theirs)) return mine
  if (same(base, mine)) return note(run.merged.theirs, path, theirs)
  if (same(base, theirs)) return note(run.merged.mine, path, mine)
  if (isObject(mine) && isObject(theirs)) {
    const before = isObject(base) ? base : {}
    const keys = [...Object.keys(theirs), ...Object.keys(mine).filter((key) => !Object.hasOwn(theirs, key))]
    const at = (object: Record<string, unknown>, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined)
    const entries = keys.map((key): [string, unknown] => {
      return [key, merge(run, [...path, key], at(before, key), at(mine, key), at(theirs, key))]
    })
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  if (Array.isArray(base) && Array.isArray(mine) && Array.isArray(theirs)) {
    if (base.length === mine.length && base.length === theirs.length)
      return base.map((item, i) => merge(run, [...path, i], item, mine[i], theirs[i]))
  }
  const conflict = { path, base, mine, theirs }
  run.merged.conflicts.push(conflict)
  return run.choose(conflict) === "mine" ? mine : theirs
}

function note(paths: Path[], path: Path, value: unknown): unknown {
  paths.push(path)
  return value
}

/** The order of keys does not count. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
