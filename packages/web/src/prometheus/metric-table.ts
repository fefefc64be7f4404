import { type Metadata, Timedelta } from "@metricq/client"
import type { MetricTable } from "./history-source.js"
import type { MetricInfo } from "./series-source.js"

interface Entry {
  readonly name: string
  readonly metadata: Metadata
}

/** A catalogue; its list is another one when something has changed. */
interface Catalogue {
  get(name: string): Entry | undefined
  list(): readonly Entry[]
}

/** The metrics that a database stores, as PromQL sees them; those that are hidden only by their name. */
export function metricTable(catalogue: Catalogue): MetricTable {
  let known: readonly Entry[] | undefined
  let infos: readonly MetricInfo[] = []
  return {
    all() {
      const list = catalogue.list()
      if (list !== known) {
        infos = list.filter(({ metadata }) => metadata.historic === true && metadata.hidden !== true).map(metricInfo)
        known = list
      }
      return infos
    },
    find(name) {
      const entry = catalogue.get(name)
      return entry?.metadata.historic === true ? metricInfo(entry) : undefined
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
