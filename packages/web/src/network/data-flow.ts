import { matchesOf } from "./binding-matches.js"
import { count, type GroupedMetrics } from "./metric-groups.js"
import type { Subscription } from "./subscription-book.js"

/** What of a group of metrics goes to a subscriber. */
export interface Flow {
  readonly group: number
  readonly to: string
  metrics: number
  /** Points a second, as declared. */
  rate: number
  unrated: number
}

/** Patterns whose matches are kept. */
const MAX_PATTERNS = 1000

/**
 * How many metrics of which group go to whom. Results are kept until the metrics, or a subscription, are others; a pattern is looked
 * for once, however many have it.
 */
export class DataFlow {
  readonly #grouped: GroupedMetrics
  readonly #matches = new Map<string, readonly number[]>()
  /** Number of the last subscription that each metric was counted for, so that none is counted twice. */
  readonly #countedFor: Uint32Array
  readonly #flows = new Map<string, { revision: number; flows: readonly Flow[] }>()
  #counting = 0

  constructor(grouped: GroupedMetrics) {
    this.#grouped = grouped
    this.#countedFor = new Uint32Array(grouped.names.length)
  }

  /** Everything that goes to these subscribers; somebody with several queues gets one flow for each. */
  flows(subscriptions: readonly Subscription[]): Flow[] {
    const all: Flow[] = []
    const present = new Set<string>()
    for (const subscription of subscriptions) {
      const { queue, revision } = subscription
      present.add(queue)
      let known = this.#flows.get(queue)
      if (known?.revision !== revision) {
        known = { revision, flows: this.#count(subscription) }
        this.#flows.set(queue, known)
      }
      all.push(...known.flows)
    }
    for (const queue of this.#flows.keys()) if (!present.has(queue)) this.#flows.delete(queue)
    return all
  }

  #count({ token, names, patterns }: Subscription): Flow[] {
    const { groups } = this.#grouped
    if (patterns.includes("#")) {
      return groups.map(({ metrics, rate, unrated }, group) => ({ group, to: token, metrics, rate, unrated }))
    }
    this.#counting++
    const flows = new Map<number, Flow>()
    for (const at of this.#positions(names)) this.#add(flows, token, at)
    for (const pattern of patterns) for (const at of this.#matching(pattern)) this.#add(flows, token, at)
    return [...flows.values()]
  }

  #add(flows: Map<number, Flow>, to: string, at: number): void {
    if (this.#countedFor[at] === this.#counting) return
    this.#countedFor[at] = this.#counting
    const group = this.#grouped.groupOf[at]!
    let flow = flows.get(group)
    if (!flow) {
      flow = { group, to, metrics: 0, rate: 0, unrated: 0 }
      flows.set(group, flow)
    }
    count(flow, this.#grouped.rates[at]!)
  }

  /** Positions of names that there are; both lists are ordered, so one walk over both finds them. */
  *#positions(wanted: readonly string[]): Iterable<number> {
    const { names } = this.#grouped
    let at = 0
    for (const name of wanted) {
      while (at < names.length && names[at]! < name) at++
      if (names[at] === name) yield at
    }
  }

  #matching(pattern: string): readonly number[] {
    let found = this.#matches.get(pattern)
    if (!found) {
      found = matchesOf(pattern, this.#grouped.names)
      if (this.#matches.size < MAX_PATTERNS) this.#matches.set(pattern, found)
    }
    return found
  }
}
