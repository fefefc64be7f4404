import { lowerBound, matchesOf } from "../network/binding-matches.js"
import type { CatalogueEntry } from "../network/catalogue.js"
import { MAX_METRICS, type WizardContext } from "./wizard-context.js"

/** The metrics that a client is subscribed to, by name or pattern, in the order of names; at most 100,000. Rejects as RPCs do. */
export async function consumedBy({ watch, catalogue }: WizardContext, token: string): Promise<CatalogueEntry[]> {
  const list = catalogue.list()
  const names = list.map(({ name }) => name)
  const found = new Set<number>()
  for (const subscription of await watch.subscriptions()) {
    if (subscription.token !== token) continue
    for (const pattern of subscription.patterns) for (const at of matchesOf(pattern, names)) found.add(at)
    for (const name of subscription.names) {
      const at = lowerBound(names, name)
      if (names[at] === name) found.add(at)
    }
  }
  const ordered = [...found].sort((a, b) => a - b).slice(0, MAX_METRICS)
  return ordered.map((at) => list[at]!)
}
