import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** `unit-missing`: the metadata have no unit. An empty one is that of a number without dimension, and is one. */
export const unitMissing: MetricRule = {
  kind: "unit-missing",
  check({ name, metadata, state, source }) {
    if ((state !== "stored" && state !== "live") || typeof metadata.unit === "string") return undefined
    return {
      ...{ kind: "unit-missing", severity: "info", subject: { metric: name }, source, fix: "set-unit" },
      message: "it has no unit",
      remedy: 'write the unit into its metadata; "" for a number without dimension',
      values: {},
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} have no unit`),
}
