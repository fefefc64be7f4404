import type { Metadata } from "@metricq/client"

/** What a metric is for whoever looks: `stored` in a database, only `live`, `archived` (there is no more data), or `hidden` from lists. */
export type MetricState = "stored" | "live" | "archived" | "hidden"

export const metricStates: readonly MetricState[] = ["stored", "live", "archived", "hidden"]

/** The state that metadata says; the last of those above that applies. */
export function metricState({ hidden, archived, historic }: Metadata): MetricState {
  if (hidden === true) return "hidden"
  if (typeof archived === "string" && archived !== "") return "archived"
  return historic === true ? "stored" : "live"
}
