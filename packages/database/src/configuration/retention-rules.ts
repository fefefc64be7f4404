import type { RetentionRule } from "@metricq/timeline"
import type { Retention } from "./retention.js"
import type { StoragePlan } from "./storage-plan.js"

/** What a plan keeps of its metrics, and of those it does not store any more, as rules for the store. */
export function retentionRules(plan: StoragePlan): RetentionRule[] {
  let lastName: string | undefined
  let last: Retention | undefined
  // The store asks all rules about a name, one after the other.
  const retentionOf = (name: string) => {
    if (name !== lastName) {
      last = (plan.rule(name) ?? plan).retention
      lastName = name
    }
    return last
  }
  const limited = plan.retentions.filter(({ pointsNs }) => pointsNs !== undefined)
  return limited.map((retention) => ({
    metrics: (name) => retentionOf(name)?.key === retention.key,
    pointsNs: retention.pointsNs,
    rows: retention.rows,
  }))
}
