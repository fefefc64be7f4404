import { setImmediate as nextTurn } from "node:timers/promises"
import { lowerBound, matchesOf } from "./binding-matches.js"
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

/** What goes from a group to a subscriber that is not known yet. */
type Share = Omit<Flow, "to">

/** Patterns whose matches are kept. */
const MAX_PATTERNS = 1000
/** Longest time in one turn of the event loop, but for a single subscription. */
const SLICE_MS = 10

/**
 * How many metrics of which group go to whom. Results are kept until the metrics, or a subscription, are others; a pattern is looked
 * for once, however many have it.
 */
export class DataFlow {
  readonly #grouped: GroupedMetrics
  readonly #matches = new Map<string, readonly number[]>()
  /** What a pattern alone selects. */
  readonly #shares = new Map<string, readonly Share[]>()
  /** Number of the last subscription that each metric was counted for, so that none is counted twice. */
  readonly #countedFor: Uint32Array
  readonly #flows = new Map<string, { revision: number; flows: readonly Flow[] }>()
  #all: readonly Flow[] | undefined
  #counting = 0

  constructor(grouped: GroupedMetrics) {
    this.#grouped = grouped
    this.#countedFor = new Uint32Array(grouped.names.length)
  }

  /**
   * Everything that goes to these subscribers; somebody with several queues gets one flow for each. The same list as before if nothing has
   * changed. Not for two calls at once.
   */
  async flows(subscriptions: readonly Subscription[]): Promise<readonly Flow[]> {
    const present = new Set<string>()
    let isSame = this.#all !== undefined
    let sliceEnd = performance.now() + SLICE_MS
    for (const subscription of subscriptions) {
      const { queue, revision, token } = subscription
      present.add(queue)
      let known = this.#flows.get(queue)
      if (known?.revision !== revision) {
        known = { revision, flows: this.#sharesOf(subscription).map((share) => ({ ...share, to: token })) }
        this.#flows.set(queue, known)
        isSame = false
      }
      if (performance.now() < sliceEnd) continue
      await nextTurn()
      sliceEnd = performance.now() + SLICE_MS
    }
    for (const queue of this.#flows.keys()) {
      if (present.has(queue)) continue
      this.#flows.delete(queue)
      isSame = false
    }
    if (!isSame) this.#all = [...this.#flows.values()].flatMap(({ flows }) => flows)
    return this.#all!
  }

  #sharesOf({ names, patterns }: Subscription): readonly Share[] {
    const { groups } = this.#grouped
    if (patterns.includes("#")) {
      return groups.map(({ metrics, rate, unrated }, group) => ({ group, metrics, rate, unrated }))
    }
    const [only] = patterns
    if (only === undefined || names.length > 0 || patterns.length > 1) return this.#count(names, patterns)
    const shares = this.#shares.get(only) ?? this.#count([], [only])
    if (this.#shares.size < MAX_PATTERNS) this.#shares.set(only, shares)
    return shares
  }

  #count(names: readonly string[], patterns: readonly string[]): Share[] {
    this.#counting++
    const shares = new Map<number, Share>()
    for (const at of this.#positions(names)) this.#add(shares, at)
    for (const pattern of patterns) for (const at of this.#matching(pattern)) this.#add(shares, at)
    return [...shares.values()]
  }

  #add(shares: Map<number, Share>, at: number): void {
    if (this.#countedFor[at] === this.#counting) return
    this.#countedFor[at] = this.#counting
    const group = this.#grouped.groupOf[at]!
    let share = shares.get(group)
    if (!share) {
      share = { group, metrics: 0, rate: 0, unrated: 0 }
      shares.set(group, share)
    }
    count(share, this.#grouped.rates[at]!)
  }

  /** Positions of names that there are, in both ordered lists: few are looked up one by one, many by a walk over both. */
  *#positions(wanted: readonly string[]): Iterable<number> {
    const { names } = this.#grouped
    const isFew = wanted.length * 20 < names.length
    let at = 0
    for (const name of wanted) {
      if (isFew) at = lowerBound(names, name)
      else while (at < names.length && names[at]! < name) at++
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
