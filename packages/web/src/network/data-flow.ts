import { setImmediate as nextTurn } from "node:timers/promises"
import { lowerBound, matchesOf } from "./binding-matches.js"
import type { Measured, Rates } from "./measured-rates.js"
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
  readonly seen: Seen
}

/** What databases have measured of some metrics. */
export interface Seen {
  /** How many of the metrics are measured. */
  metrics: number
  /** Points a second that really come of them. */
  rate: number
  /** Points a second that they declare, as far as they do. */
  declared: number
}

/** What goes from a group to a subscriber that is not known yet. */
type Share = Omit<Flow, "to">

const UNMEASURED: Measured = { revision: 0, of: () => undefined, any: undefined }
/** Patterns whose matches are kept. */
const MAX_PATTERNS = 1000
/** Longest time in one turn of the event loop, but for a single subscription. */
const SLICE_MS = 10

/**
 * How many metrics of which group go to whom, and how many points of them come. Results are kept until the metrics, a subscription, or what is
 * measured are others; a pattern is looked for once, however many have it.
 */
export class DataFlow {
  readonly #grouped: GroupedMetrics
  readonly #matches = new Map<string, readonly number[]>()
  /** What a pattern alone selects, by what measures it. */
  readonly #shares = new Map<Rates | undefined, Map<string, readonly Share[]>>()
  /** Number of the last subscription that each metric was counted for, so that none is counted twice. */
  readonly #countedFor: Uint32Array
  readonly #flows = new Map<string, { revision: number; flows: readonly Flow[] }>()
  #all: readonly Flow[] | undefined
  #counting = 0
  #measured = UNMEASURED

  constructor(grouped: GroupedMetrics) {
    this.#grouped = grouped
    this.#countedFor = new Uint32Array(grouped.names.length)
  }

  /**
   * Everything that goes to these subscribers; somebody with several queues gets one flow for each. What a database takes is what it has
   * measured itself, what others get what any database has. The same list as before if nothing has changed. Not for two calls at once.
   */
  async flows(subscriptions: readonly Subscription[], measured = UNMEASURED): Promise<readonly Flow[]> {
    if (measured.revision !== this.#measured.revision) {
      this.#flows.clear()
      this.#shares.clear()
    }
    this.#measured = measured
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

  /** What comes of each group, whoever gets it. */
  seenOfGroups(): readonly Seen[] {
    return this.#sharesOf({ names: [], patterns: ["#"], role: "sink", token: "" }).map(({ seen }) => seen)
  }

  #sharesOf({ names, patterns, role, token }: Pick<Subscription, "names" | "patterns" | "role" | "token">) {
    const rates = role === "database" ? this.#measured.of(token) : this.#measured.any
    const only = patterns.includes("#") ? "#" : patterns[0]
    if (only === undefined || (only !== "#" && (names.length > 0 || patterns.length > 1))) {
      return this.#count(names, patterns, rates)
    }
    const known = this.#shares.get(rates) ?? new Map<string, readonly Share[]>()
    this.#shares.set(rates, known)
    const shares = known.get(only) ?? (only === "#" ? this.#everything(rates) : this.#count([], [only], rates))
    if (known.size < MAX_PATTERNS) known.set(only, shares)
    return shares
  }

  #everything(rates: Rates | undefined): readonly Share[] {
    const { groups, groupOf, rates: declared } = this.#grouped
    const shares = groups.map(({ metrics, rate, unrated }, group) => ({
      group,
      metrics,
      rate,
      unrated,
      seen: unseen(),
    }))
    if (rates) for (const [at, group] of groupOf.entries()) see(shares[group]!.seen, rates[at]!, declared[at]!)
    return shares
  }

  #count(names: readonly string[], patterns: readonly string[], rates: Rates | undefined): Share[] {
    this.#counting++
    const shares = new Map<number, Share>()
    for (const at of this.#positions(names)) this.#add(shares, at, rates)
    for (const pattern of patterns) for (const at of this.#matching(pattern)) this.#add(shares, at, rates)
    return [...shares.values()]
  }

  #add(shares: Map<number, Share>, at: number, rates: Rates | undefined): void {
    if (this.#countedFor[at] === this.#counting) return
    this.#countedFor[at] = this.#counting
    const group = this.#grouped.groupOf[at]!
    let share = shares.get(group)
    if (!share) {
      share = { group, metrics: 0, rate: 0, unrated: 0, seen: unseen() }
      shares.set(group, share)
    }
    count(share, this.#grouped.rates[at]!)
    if (rates) see(share.seen, rates[at]!, this.#grouped.rates[at]!)
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

function unseen(): Seen {
  return { metrics: 0, rate: 0, declared: 0 }
}

/** Add a metric to what is measured; NaN: it is not, or declares nothing. */
function see(seen: Seen, rate: number, declared: number): void {
  if (Number.isNaN(rate)) return
  seen.metrics++
  seen.rate += rate
  if (!Number.isNaN(declared)) seen.declared += declared
}
