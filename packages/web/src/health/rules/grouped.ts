import type { Detection } from "../finding.js"
import type { MetricGroup } from "../observation.js"

/** A group as one finding about its client, with its own words. */
export function grouped({ client, count, examples, first }: MetricGroup, message: string): Detection {
  const { subject: _, source: _source, values: _values, ...common } = first
  return { ...common, subject: { client }, source: client, message, metrics: count, examples, values: { count } }
}
