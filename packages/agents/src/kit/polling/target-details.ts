import type { JsonObject } from "@metricq/client"
import type { TargetState } from "./target-state.js"
import { TargetSummary } from "./target-summary.js"

/** Failing targets that are named. */
const NAMED_TARGETS = 20

/** What `discover` tells of targets: how many there are, how many are up, and of some that fail since when and why. */
export function targetDetails(states: Iterable<TargetState>): JsonObject {
  const targets = [...TargetSummary.of(states)]
  const failing = targets.filter(({ isUp }) => isUp === false)
  return {
    targets: targets.length,
    targetsUp: targets.filter(({ isUp }) => isUp === true).length,
    failingTargets: failing.slice(0, NAMED_TARGETS).map(({ name, lastError, failingSinceMs }) => ({
      name,
      error: lastError ?? "",
      since: new Date(failingSinceMs ?? 0).toISOString(),
    })),
  }
}
