import { href } from "./base.js"

/** Address of the chart with these metrics, the last hour and live. */
export function chartOf(metrics: readonly string[]): string {
  const query = new URLSearchParams(metrics.map((name) => ["m", name]))
  return href(metrics.length === 0 ? "explore" : `explore?${query}`)
}

/** Address of a metric's own page. */
export function metricPage(name: string): string {
  return href(`metrics/${encodeURIComponent(name)}`)
}

/** Address of a client's own page. */
export function clientPage(token: string): string {
  return href(`clients/${encodeURIComponent(token)}`)
}

/** Address of the configuration of a token. */
export function configurationPage(token: string): string {
  return href(`configuration/${encodeURIComponent(token)}`)
}

/** Address of the network, with a client or a part of it selected. */
export function networkPage(id: string): string {
  return href(`network?select=${encodeURIComponent(id)}`)
}

/** Address of the lineage of a metric. */
export function lineagePage(metric: string): string {
  return href(`network/${encodeURIComponent(metric)}`)
}
