import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** Databases learn of a new metric within moments. */
const LASTS_MS = 60_000

/** `unstored`: a metric is there, and no database stores it, though there is one. Many are meant to be so; who wants to know switches it on. */
export const unstored: MetricRule = {
  kind: "unstored",
  check({ name, state, source, isCurrent, isCovered }) {
    if (state !== "live") return undefined
    if (!isCurrent || isCovered === undefined) return "unknown"
    // It has not sent anything yet.
    if (isCovered) return undefined
    return {
      ...{ kind: "unstored", severity: "info", subject: { metric: name }, source, afterMs: LASTS_MS, fix: "store" },
      message: "no database stores it",
      remedy: "add it to the configuration of a database, or leave it out of this kind of finding",
      values: {},
    }
  },
  group: (group) => grouped(group, `no database stores ${group.count} metrics of ${group.client}`),
}
