import { matchesOf } from "./binding-matches.js"
import type { Catalogue } from "./catalogue.js"
import type { ClientRole } from "./client-role.js"
import type { Derivations } from "./derivations.js"
import type { LineageSource, Relation } from "./lineage.js"
import { reachedBy, type Subscription } from "./subscription-book.js"

/** What is known when lineage is asked for. */
export interface LineageFacts {
  readonly catalogue: Pick<Catalogue, "get" | "list">
  readonly subscriptions: readonly Subscription[]
  readonly derivations: ReadonlyMap<string, Derivations>
  readonly roles: ReadonlyMap<string, ClientRole>
}

/** Metrics of a relation that nobody states; of more, only their number would be of use. */
const MAX_ASSUMED = 1000
const NOTHING: Relation = { metrics: [], isAssumed: false }

/**
 * Lineage from what clients have declared and subscribed to. What a transformer makes of what is taken from its configuration, else from
 * `primary` in the metadata of its metrics; else it can be everything that it is subscribed to.
 */
export function lineageSource({ catalogue, subscriptions, derivations, roles }: LineageFacts): LineageSource {
  const known = byProducer(catalogue)
  const producer = (metric: string) => textOf(catalogue.get(metric)?.metadata.source)
  const isTransformer = (token: string) => roles.get(token) === "transformer" || derivations.has(token)
  const inputs = (token: string, metric: string): Relation => {
    if (!isTransformer(token)) return NOTHING
    const stated = derivations.get(token)?.inputs.get(metric) ?? primaryOf(metric)
    return stated ? { metrics: stated, isAssumed: false } : { metrics: everythingFor(token), isAssumed: true }
  }
  return {
    producer,
    role: (token) => roles.get(token) ?? "other",
    inputs,
    outputs(token, metric) {
      if (!isTransformer(token)) return NOTHING
      const stated = derivations.get(token)?.outputs.get(metric) ?? []
      const unstated = (known.bySource.get(token) ?? []).filter((name) => !derivations.get(token)?.inputs.has(name))
      const byPrimary = unstated.filter((name) => primaryOf(name)?.includes(metric))
      const open = unstated.filter((name) => primaryOf(name) === undefined)
      return { metrics: [...stated, ...byPrimary, ...open].slice(0, MAX_ASSUMED), isAssumed: open.length > 0 }
    },
    consumers(metric) {
      const reached = subscriptions.filter((subscription) => reachedBy(subscription, metric) !== undefined)
      return [...new Set(reached.map(({ token }) => token))].sort(byRank(roles))
    },
  }

  function primaryOf(metric: string): string[] | undefined {
    const primary = textOf(catalogue.get(metric)?.metadata.primary)
    return primary === undefined ? undefined : [primary]
  }

  function everythingFor(token: string): string[] {
    const found = new Set<string>()
    for (const subscription of subscriptions) {
      if (subscription.token !== token) continue
      for (const name of subscription.names) found.add(name)
      for (const pattern of subscription.patterns)
        for (const at of matchesOf(pattern, known.names)) found.add(known.names[at]!)
    }
    return [...found].slice(0, MAX_ASSUMED)
  }
}

/** All names, and those of each source. */
function byProducer(catalogue: LineageFacts["catalogue"]) {
  const names: string[] = []
  const bySource = new Map<string, string[]>()
  for (const { name, metadata } of catalogue.list()) {
    names.push(name)
    const source = textOf(metadata.source)
    if (source === undefined) continue
    const own = bySource.get(source)
    if (own) own.push(name)
    else bySource.set(source, [name])
  }
  return { names, bySource }
}

/** Who makes something of a metric comes before who keeps it, and that before who only looks. */
function byRank(roles: ReadonlyMap<string, ClientRole>) {
  const order: (ClientRole | undefined)[] = ["transformer", "database"]
  const rank = (token: string) => (order.indexOf(roles.get(token)) + order.length + 1) % (order.length + 1)
  return (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : 1)
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}
