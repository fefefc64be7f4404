import { type Columns, declaredInterval, type Metadata, type Timestamp, type TimeValue } from "@metricq/protocol"
import { formatSpan } from "../terminal/numbers.js"

/** What can be wrong with a stored metric. */
export type Problem = "dead" | "non-finite" | "missing" | "unreadable"

/** Something that is wrong with a metric. */
export interface Finding {
  readonly metric: string
  readonly problem: Problem
  /** In words. */
  readonly detail: string
  /** The newest point that is known. */
  readonly last?: TimeValue
  /** How old that is, and may be, in seconds. */
  readonly ageSeconds?: number
  readonly allowedSeconds?: number
}

/** How old the last point of a metric may be. */
export interface AgeRules {
  /** The same for all metrics. */
  readonly maxAgeS?: number
  /** Without that: so many times the interval that the metric declares. */
  readonly factor: number
}

/** What a database has said of a metric. */
export interface Known {
  /** The newest measured point. */
  readonly last: TimeValue | undefined
  /** Points around that, as far as they were asked for. */
  readonly recent?: Columns
}

/** Points take their time on the way to the disk. */
const ON_THE_WAY_S = 10
/** The age allowed where a metric does not say how often it comes. */
const UNDECLARED_S = 3600

/** How old the last point of a metric may be, in seconds. Points that come together count as one. */
export function allowedAgeS(metadata: Metadata, { maxAgeS, factor }: AgeRules): number {
  if (maxAgeS !== undefined) return maxAgeS
  const intervalS = declaredInterval(metadata)?.s
  if (intervalS === undefined) return UNDECLARED_S
  const chunk = typeof metadata.chunkSize === "number" ? Math.max(1, metadata.chunkSize) : 1
  return intervalS * chunk * factor + ON_THE_WAY_S
}

/**
 * What is wrong with a metric by what a database has said of it: nothing is stored (`missing`), the last point is too old (`dead`), or
 * some of the newest points are NaN or infinite (`non-finite`). A metric that is archived is not expected to go on.
 */
export function judge(metric: string, metadata: Metadata, known: Known, now: Timestamp, rules: AgeRules): Finding[] {
  const { last, recent } = known
  if (last === undefined) return [{ metric, problem: "missing", detail: "no points are stored" }]
  const findings: Finding[] = []
  const ageSeconds = now.minus(last.timestamp).s
  const allowedSeconds = allowedAgeS(metadata, rules)
  if (ageSeconds > allowedSeconds && !metadata.archived) {
    const detail = `no value for ${formatSpan(ageSeconds)}, expected every ${formatSpan(allowedSeconds)} at least`
    findings.push({ metric, problem: "dead", detail, last, ageSeconds, allowedSeconds })
  }
  const values = recent?.values ?? Float64Array.of(last.value)
  const bad = values.filter((value) => !Number.isFinite(value)).length
  if (bad > 0 || !Number.isFinite(last.value)) {
    const detail = `${Math.max(1, bad)} of the last ${values.length} points are no numbers`
    findings.push({ metric, problem: "non-finite", detail, last })
  }
  return findings
}
