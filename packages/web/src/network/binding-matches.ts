import { bindingPrefix, bindingSelects } from "@metricq/protocol"

/** Positions of the names that a binding key selects, in a list that is ordered by code units. */
export function matchesOf(key: string, names: readonly string[]): number[] {
  const prefix = bindingPrefix(key)
  const selects = selector(key)
  const found: number[] = []
  for (let at = lowerBound(names, prefix); at < names.length; at++) {
    const name = names[at]!
    if (!name.startsWith(prefix)) break
    if (selects(name)) found.push(at)
  }
  return found
}

/** First position whose name is not before `name`. */
export function lowerBound(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (names[middle]! < name) low = middle + 1
    else high = middle
  }
  return low
}

/** The common kinds of patterns without taking every name apart. */
function selector(key: string): (name: string) => boolean {
  if (key === "#") return () => true
  const components = key.split(".")
  if (!components.includes("#")) {
    const source = components
      .map((component) => (component === "*" ? "[^.]*" : component.replace(SPECIAL, "\\$&")))
      .join("\\.")
    const expression = new RegExp(`^${source}$`)
    return (name) => expression.test(name)
  }
  const before = components.slice(0, -1)
  if (components.at(-1) === "#" && !before.some((component) => component === "#" || component === "*")) {
    const stem = before.join(".")
    return (name) => name.length === stem.length || name.charCodeAt(stem.length) === DOT
  }
  return (name) => bindingSelects(key, name)
}

const DOT = 46
/** What has a meaning in regular expressions. */
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g
