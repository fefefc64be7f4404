import type { Flow, Seen } from "./data-flow.js"
import type { MetricGroup } from "./metric-groups.js"

/** Metrics that go from a client, or a group of its metrics, to another client. */
export interface NetworkEdge {
  readonly from: string
  readonly to: string
  readonly metrics: number
  /** Points a second, as declared. */
  readonly rate: number
  /** How many of them have no declared rate. */
  readonly unrated: number
  /** What databases have measured of them; absent if nothing. */
  readonly measured?: Seen
}

/** A group of metrics of one client. */
export interface NetworkGroup extends MetricGroup {
  readonly id: string
  /** As that of an edge. */
  readonly measured?: Seen
}

/** What goes where. */
export interface NetworkEdges {
  readonly groups: readonly NetworkGroup[]
  /** From clients to clients. */
  readonly edges: readonly NetworkEdge[]
  /** From groups to clients. */
  readonly flows: readonly NetworkEdge[]
  /** Edges and flows that are left out, the smallest ones. */
  readonly left: number
}

/** Most edges of each kind. */
const MAX_EDGES = 20_000

/**
 * One edge for each pair of clients, and one for each pair of a group and a client; those with most metrics first.
 *
 * @param seen what is measured of each group
 */
export function networkEdges(
  groups: readonly MetricGroup[],
  flows: readonly Flow[],
  seen: readonly Seen[] = [],
): NetworkEdges {
  const named = groups.map((group, i) => ({
    ...group,
    rate: roundedRate(group.rate),
    id: `${group.source}|${group.prefix}`,
    ...measuredOf(seen[i]),
  }))
  const byGroup = new Tally()
  const byClient = new Tally()
  for (const flow of flows) {
    byGroup.add(named[flow.group]!.id, flow)
    byClient.add(named[flow.group]!.source, flow)
  }
  const edges = byClient.largest()
  const shown = byGroup.largest()
  return { groups: named, edges, flows: shown, left: byClient.size + byGroup.size - edges.length - shown.length }
}

/** Sums of what goes from one to another. */
class Tally {
  readonly #sums = new Map<string, Map<string, { metrics: number; rate: number; unrated: number; seen: Seen }>>()
  size = 0

  add(from: string, { to, metrics, rate, unrated, seen }: Flow): void {
    let sums = this.#sums.get(from)
    if (!sums) {
      sums = new Map()
      this.#sums.set(from, sums)
    }
    const sum = sums.get(to)
    if (!sum) {
      sums.set(to, { metrics, rate, unrated, seen: { ...seen } })
      this.size++
      return
    }
    sum.metrics += metrics
    sum.rate += rate
    sum.unrated += unrated
    sum.seen.metrics += seen.metrics
    sum.seen.rate += seen.rate
    sum.seen.declared += seen.declared
  }

  largest(): NetworkEdge[] {
    const all: NetworkEdge[] = []
    const least = this.size > MAX_EDGES ? this.#leastShown() : 0
    for (const [from, sums] of this.#sums) {
      for (const [to, { metrics, rate, unrated, seen }] of sums) {
        if (metrics >= least) {
          all.push({ from, to, metrics, rate: roundedRate(rate), unrated, ...measuredOf(seen) })
        }
      }
    }
    return all.sort((a, b) => b.metrics - a.metrics).slice(0, MAX_EDGES)
  }

  /** How many metrics an edge must have to be among the largest. */
  #leastShown(): number {
    const sizes = Float64Array.from(
      [...this.#sums.values()].flatMap((sums) => [...sums.values()].map(({ metrics }) => metrics)),
    )
    return sizes.sort()[sizes.length - MAX_EDGES]!
  }
}

function measuredOf(seen: Seen | undefined): { measured?: Seen } {
  if (seen === undefined || seen.metrics === 0) return {}
  const { metrics, rate, declared } = seen
  return { measured: { metrics, rate: roundedRate(rate), declared: roundedRate(declared) } }
}

/** Four significant digits are more than a declaration is worth. */
export function roundedRate(rate: number): number {
  return Number(rate.toPrecision(4))
}
