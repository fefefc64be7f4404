import type { RunRef } from "./store-state.js"

/** Runs that overlap each other, if only by way of others, in order of time. */
export function overlapClusters<R extends Pick<RunRef, "firstNs" | "lastNs">>(runs: readonly R[]): R[][] {
  const sorted = [...runs].sort((a, b) => (a.firstNs < b.firstNs ? -1 : a.firstNs > b.firstNs ? 1 : 0))
  const clusters: R[][] = []
  let endNs = 0n
  for (const run of sorted) {
    const cluster = clusters.at(-1)
    if (cluster && run.firstNs <= endNs) cluster.push(run)
    else clusters.push([run])
    if (!cluster || run.lastNs > endNs || run.firstNs > endNs) endNs = run.lastNs
  }
  return clusters
}

/**
 * Which runs are to become one: those that overlap, and neighbours as long as they have no more than `runPoints` together and no run of
 * `others` lies between them.
 */
export function mergeGroups(
  runs: readonly RunRef[],
  others: readonly RunRef[],
  runPoints: number,
): (readonly RunRef[])[] {
  const groups: RunRef[][] = []
  let points = 0
  for (const cluster of overlapClusters(runs)) {
    const count = cluster.reduce((sum, { segment, run }) => sum + segment.runs.points[run]!, 0)
    const group = groups.at(-1)
    if (group && points + count <= runPoints && !isAnyBetween(others, group, cluster)) {
      group.push(...cluster)
      points += count
    } else {
      groups.push(cluster)
      points = count
    }
  }
  return groups
}

function isAnyBetween(others: readonly RunRef[], before: readonly RunRef[], after: readonly RunRef[]): boolean {
  const firstNs = before[0]!.firstNs
  const lastNs = after.reduce((ns, run) => (run.lastNs > ns ? run.lastNs : ns), 0n)
  return others.some((other) => other.firstNs <= lastNs && other.lastNs >= firstNs)
}
