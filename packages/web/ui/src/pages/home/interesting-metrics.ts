import type { MetricSummary } from "../../api.js"

/** Words of names that people look for first, the most telling ones in front. */
const TELLING = ["power", "usage", "temp", "load", "used", "rate", "energy", "read", "receive", "rx"]
/** Parts of names that speak of the network itself. */
const OWN = /(^|\.)(db|broker|manager|web)\./

/**
 * Some metrics that are worth a first look, at most `most`: stored ones, each of another sort, what people look for first in front.
 * The same list gives the same choice.
 */
export function interestingMetrics(metrics: readonly MetricSummary[], most: number): MetricSummary[] {
  const ranked = metrics
    .filter(({ historic, name }) => historic && !OWN.test(name))
    .map((metric) => ({ metric, rank: rankOf(metric.name) }))
    .sort((a, b) => a.rank - b.rank)
  const chosen: MetricSummary[] = []
  const sorts = new Set<string>()
  for (const { metric } of ranked) {
    const sort = sortOf(metric.name)
    if (sorts.has(sort) || chosen.length === most) continue
    sorts.add(sort)
    chosen.push(metric)
  }
  return chosen
}

/** Short names before long ones: `cpu.usage` says more at a glance than `cpu.core7.usage`. */
function rankOf(name: string): number {
  const telling = TELLING.findIndex((word) => name.includes(word))
  const rank = (telling < 0 ? TELLING.length : telling) * 100 + name.split(".").length * 10
  return rank + (/\d/.test(lastPart(name)) ? 5 : 0)
}

/** The last two components without their numbers: `lab.node17.cpu.core3.usage` → `core.usage`. */
function sortOf(name: string): string {
  return name.split(".").slice(-2).join(".").replaceAll(/\d+/g, "")
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1)
}
