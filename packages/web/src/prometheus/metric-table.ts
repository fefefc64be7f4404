import { type Metadata, Timedelta } from "@metricq/client"
import type { MetricTable } from "./history-source.js"
import type { MetricInfo } from "./series-source.js"

interface Entry {
  readonly name: string
  readonly metadata: Metadata
}

interface Entries {
  get(name: string): Entry | undefined
  entries(): Iterable<Entry>
}

/** The metrics that a database stores, as PromQL sees them; those that are hidden only by their name. */
export function metricTable(catalogue: Entries): MetricTable {
  const infos = new WeakMap<Entry, MetricInfo>()
  const infoOf = (entry: Entry): MetricInfo => {
    let info = infos.get(entry)
    if (info === undefined) {
      info = metricInfo(entry)
      infos.set(entry, info)
    }
    return info
  }
  return {
    *all() {
      for (const entry of catalogue.entries()) {
        if (entry.metadata.historic === true && entry.metadata.hidden !== true) yield infoOf(entry)
      }
    },
    find(name) {
      const entry = catalogue.get(name)
      return entry === undefined || entry.metadata.historic !== true ? undefined : infoOf(entry)
    },
  }
}

function metricInfo({ name, metadata }: Entry): MetricInfo {
  const text = (value: unknown) => (typeof value === "string" ? value : "")
  return {
    name,
    unit: text(metadata.unit),
    source: text(metadata.source),
    description: text(metadata.description),
    intervalMs: intervalOf(metadata),
  }
}

/** The declared distance of points in ms; `interval` is exact, `rate` an estimate. */
function intervalOf({ interval, rate }: Metadata): number | undefined {
  if (typeof interval === "string" || typeof interval === "number") {
    try {
      const ms = Number(Timedelta.from(interval).ns) / 1e6
      if (ms > 0) return ms
    } catch {
      // What a source declares may be anything.
    }
  }
  return typeof rate === "number" && rate > 0 ? 1000 / rate : undefined
}
