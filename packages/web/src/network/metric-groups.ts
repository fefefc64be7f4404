import { declaredInterval } from "@metricq/protocol"
import type { CatalogueEntry } from "./catalogue.js"

/** Metrics of one source that begin with the same components. */
export interface MetricGroup {
  readonly source: string
  /** What their names begin with, up to a dot; the whole name if it is only one; "" if they have nothing in common. */
  readonly prefix: string
  metrics: number
  /** Points a second, as declared. */
  rate: number
  /** Metrics whose metadata says no rate. */
  unrated: number
}

/** The metrics of a network that have a source, by group: what edges are counted from. */
export interface GroupedMetrics {
  /** Ordered by code units. */
  readonly names: readonly string[]
  /** Group of each, as position in `groups`. */
  readonly groupOf: Uint32Array
  /** Declared points a second of each; NaN where nothing is declared. */
  readonly rates: Float64Array
  readonly groups: readonly MetricGroup[]
}

/** Groups of all sources together; the more sources there are, the fewer each has. */
const MAX_GROUPS = 2000
/** Groups of one source. */
const MAX_OF_SOURCE = 8

/**
 * Groups metrics by their source, and those of a source by as many leading components as give at most eight groups. Metrics without a source and
 * archived ones are left out: nobody sends them. `entries` are ordered by name.
 */
export function groupMetrics(entries: readonly CatalogueEntry[]): GroupedMetrics {
  const sent = entries.filter(({ metadata, state }) => typeof metadata.source === "string" && state !== "archived")
  const bySource = new Map<string, number[]>()
  const rates = new Float64Array(sent.length)
  for (const [at, { metadata }] of sent.entries()) {
    const source = metadata.source as string
    const positions = bySource.get(source)
    if (positions) positions.push(at)
    else bySource.set(source, [at])
    rates[at] = rateOf(metadata)
  }
  const most = Math.min(MAX_OF_SOURCE, Math.max(1, Math.floor(MAX_GROUPS / bySource.size)))
  const groupOf = new Uint32Array(sent.length)
  const groups: MetricGroup[] = []
  for (const [source, positions] of bySource) {
    const names = positions.map((at) => sent[at]!.name)
    const prefixes = prefixesOf(names, most)
    const known = new Map<string, number>()
    for (const [i, at] of positions.entries()) {
      const prefix = prefixes[i]!
      const group = known.get(prefix) ?? groups.push({ source, prefix, metrics: 0, rate: 0, unrated: 0 }) - 1
      known.set(prefix, group)
      groupOf[at] = group
      count(groups[group]!, rates[at]!)
    }
  }
  return { names: sent.map(({ name }) => name), groupOf, rates, groups }
}

/** Add a metric to a sum. */
export function count(sum: { metrics: number; rate: number; unrated: number }, rate: number): void {
  sum.metrics++
  if (Number.isNaN(rate)) sum.unrated++
  else sum.rate += rate
}

/** Points a second that metadata declares; NaN if it does not. */
export function rateOf(metadata: CatalogueEntry["metadata"]): number {
  if (typeof metadata.rate === "number" && metadata.rate > 0 && metadata.rate < Number.POSITIVE_INFINITY) {
    return metadata.rate
  }
  const interval = declaredInterval(metadata)
  return interval === undefined ? Number.NaN : 1e9 / Number(interval.ns)
}

/** The prefix of each name: as many components as give at most `most` different ones, and always those that all have in common. */
function prefixesOf(names: readonly string[], most: number): string[] {
  const common = commonComponents(names)
  let best = names.map((name) => leading(name, common))
  for (let components = common + 1; ; components++) {
    const finer = names.map((name) => leading(name, components))
    if (new Set(finer).size > most) return best
    if (finer.every((prefix, i) => prefix === best[i])) return best
    best = finer
  }
}

/** How many leading components all names share, each leaving at least one of its own. */
function commonComponents(names: readonly string[]): number {
  // Names are ordered: what the first and the last share, all share.
  const first = names[0]!.split(".")
  const last = names.at(-1)!.split(".")
  if (names.length === 1) return Math.max(1, first.length)
  let common = 0
  while (common < first.length - 1 && common < last.length - 1 && first[common] === last[common]) common++
  return common
}

function leading(name: string, components: number): string {
  let end = -1
  for (let i = 0; i < components; i++) {
    end = name.indexOf(".", end + 1)
    if (end < 0) return name
  }
  return components === 0 ? "" : name.slice(0, end)
}
