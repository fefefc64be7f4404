/**
 * Binding keys of a topic exchange, by which queues are bound to metrics: names, or patterns in which `*` as a whole component is any one
 * component and `#` any number of them, none included.
 */

/** Whether a binding key is a pattern; otherwise it is the name of a metric. */
export function isBindingPattern(key: string): boolean {
  return /(?:^|\.)[*#](?:\.|$)/.test(key)
}

/** What every name that a binding key selects begins with: the text before its first wildcard. `lab.#` selects `lab` too, so it gives `lab`. */
export function bindingPrefix(key: string): string {
  const [before = ""] = key.split(/(?:^|\.)[*#](?:\.|$)/, 1)
  return before
}

/** Whether a broker hands messages of `name` to a queue that is bound with `key`. Takes time by the product of their lengths at most. */
export function bindingSelects(key: string, name: string): boolean {
  if (key === "#" || key === name) return true
  return selects(key.split("."), name.split("."))
}

/** One row for each component of the key: which numbers of components of the name can be used up by then. */
function selects(key: readonly string[], name: readonly string[]): boolean {
  let reached = new Array<boolean>(name.length + 1).fill(false)
  reached[0] = true
  for (const component of key) {
    const next = new Array<boolean>(name.length + 1).fill(false)
    for (let used = 0; used <= name.length; used++) {
      if (component === "#") next[used] = reached[used]! || (used > 0 && next[used - 1]!)
      else next[used] = used > 0 && reached[used - 1]! && (component === "*" || component === name[used - 1])
    }
    reached = next
  }
  return reached[name.length]!
}
