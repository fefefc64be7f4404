import { type Metadata, Timedelta } from "@metricq/client"

/** Distance of the points of a metric by its metadata, in nanoseconds: its interval, else by its rate. Undefined if they say nothing of use. */
export function declaredIntervalNs({ interval, rate }: Metadata): bigint | undefined {
  const byInterval =
    typeof interval === "string" || typeof interval === "number" ? positive(() => Timedelta.from(interval)) : undefined
  return byInterval ?? (typeof rate === "number" ? positive(() => Timedelta.fromSeconds(1 / rate)) : undefined)
}

function positive(duration: () => Timedelta): bigint | undefined {
  try {
    const { ns } = duration()
    return ns > 0n ? ns : undefined
  } catch {
    // Metadata comes from other programs: what is no duration says nothing.
    return undefined
  }
}
