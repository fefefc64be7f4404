import { type Metadata, Timedelta } from "@metricq/protocol"

/** The distance of the points of a metric in seconds as its metadata says it; undefined where that says nothing of use. */
export function declaredIntervalS({ interval, rate }: Metadata): number | undefined {
  if (typeof interval === "string" || typeof interval === "number") {
    const seconds = secondsOf(interval)
    if (seconds !== undefined) return seconds
  }
  return typeof rate === "number" ? positive(1 / rate) : undefined
}

function secondsOf(interval: string | number): number | undefined {
  try {
    return positive(Timedelta.from(interval).s)
  } catch {
    // Metadata comes from other programs: what is no duration says nothing.
    return undefined
  }
}

function positive(seconds: number): number | undefined {
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined
}
