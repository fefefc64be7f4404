import type { Client } from "@metricq/client"
import { bindingSelects, isBindingPattern, type SubscriberRole, type SubscriptionInfo } from "@metricq/protocol"
import { lowerBound } from "./binding-matches.js"

/** What a queue is bound to. */
export interface Subscription {
  readonly token: string
  readonly role: SubscriberRole
  readonly queue: string
  readonly patterns: readonly string[]
  /** Ordered by code units; empty where a pattern selects everything. */
  readonly names: readonly string[]
  /** There may be more: the manager does not know them all. */
  readonly isIncomplete: boolean
  /** Another one whenever the keys have changed. */
  readonly revision: number
}

/** Keys that are read of every subscription at once, and in one page of a large one. */
const SMALL = 500
const PAGE = 100_000
/** Keys kept of all subscriptions together. */
const MAX_KEYS = 5_000_000

/** The subscriptions of a network. Keys are read once, and again only when they have changed. */
export class SubscriptionBook {
  readonly #rpc: Pick<Client, "rpc">
  #subscriptions = new Map<string, Subscription>()

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /** What was read last. */
  list(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  /** Read what has changed; the list is the one of before if nothing has. Rejects as RPCs do. */
  async refresh(): Promise<void> {
    const summaries = await this.#ask({ limit: 0 })
    const isKnown = ({ queue, revision }: SubscriptionInfo) => this.#subscriptions.get(queue)?.revision === revision
    const hasMany = summaries.filter((summary) => !isKnown(summary)).length > 1
    const small = hasMany ? new Map((await this.#ask({ limit: SMALL })).map((one) => [one.queue, one])) : new Map()
    const next = new Map<string, Subscription>()
    let keys = 0
    for (const summary of summaries) {
      const { queue } = summary
      const known = isKnown(summary) ? this.#subscriptions.get(queue)! : undefined
      const subscription = known ?? (await this.#read(small.get(queue) ?? summary, MAX_KEYS - keys))
      keys += subscription.names.length
      next.set(queue, subscription)
    }
    this.#subscriptions = next
  }

  async #read(info: SubscriptionInfo, most: number): Promise<Subscription> {
    const { token, role, queue, revision, patterns } = info
    const common = { token, role, queue, revision }
    if (patterns.includes("#")) return { ...common, patterns: ["#"], names: [], isIncomplete: false }
    const keys = [...info.keys]
    let { next } = info
    while (next !== undefined && keys.length < most) {
      const [page] = await this.#ask({ queue, limit: PAGE, ...(next !== "" && { after: next }) })
      keys.push(...(page?.keys ?? []))
      next = page?.keys.length ? page.next : undefined
    }
    return {
      ...common,
      patterns: keys.filter(isBindingPattern),
      names: keys.filter((key) => !isBindingPattern(key)),
      isIncomplete: info.incomplete === true || next !== undefined,
    }
  }

  async #ask(args: { limit: number; queue?: string; after?: string }): Promise<SubscriptionInfo[]> {
    const answer = await this.#rpc.rpc("client.subscriptions", args, { repeatable: true, timeout: 10 })
    return answer.subscriptions as SubscriptionInfo[]
  }
}

/** The name or pattern by which a metric reaches a subscriber, or `undefined`. */
export function reachedBy({ names, patterns }: Pick<Subscription, "names" | "patterns">, metric: string) {
  if (names[lowerBound(names, metric)] === metric) return metric
  return patterns.find((pattern) => bindingSelects(pattern, metric))
}
