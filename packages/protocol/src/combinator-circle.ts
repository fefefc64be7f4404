import { type CombinatorExpression, combinatorInputs } from "./combinator-tree.js"

/**
 * The names by which a combined metric comes back to itself, the first at both ends; undefined if it does not. `definitions` are all
 * expressions of the document by the metrics they make.
 */
export function combinatorCircle(
  name: string,
  definitions: ReadonlyMap<string, CombinatorExpression>,
): string[] | undefined {
  const seen = new Set<string>()
  const search = (at: string, way: readonly string[]): string[] | undefined => {
    const expression = definitions.get(at)
    if (expression === undefined || seen.has(at)) return undefined
    seen.add(at)
    for (const input of combinatorInputs(expression)) {
      if (input === name) return [...way, at, name]
      const found = search(input, [...way, at])
      if (found) return found
    }
    return undefined
  }
  return search(name, [])
}
