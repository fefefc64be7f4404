import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** A point may have been under way when it was archived. */
const LATE_MS = 60_000

/** `revived`: a metric was archived, and yet new points have come. */
export const revived: MetricRule = {
  kind: "revived",
  check({ name, metadata, state, source, track, isCurrent }) {
    if (state !== "archived" || track === undefined) return undefined
    if (!isCurrent) return "unknown"
    // As Python prints it, and as we do: with a blank or a T.
    const archivedMs = Date.parse(String(metadata.archived).replace(" ", "T"))
    if (!(track.point.timeMs > archivedMs + LATE_MS)) return undefined
    return {
      ...{ kind: "revived", severity: "info", subject: { metric: name }, source, fix: "unarchive" },
      message: "it is archived, but new points have come since",
      remedy: "take it out of the archive, or stop what sends it",
      values: {},
    }
  },
  group: (group) => grouped(group, `${group.count} archived metrics of ${group.client} have got new points`),
}
