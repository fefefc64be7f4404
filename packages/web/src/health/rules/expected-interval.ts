import { declaredInterval, type Metadata } from "@metricq/client"
import type { MetricTrack } from "../metric-track.js"

/** How far apart points of a metric arrive, in ms, as it declares: by chunks where it sends several at once; undefined if it does not say. */
export function declaredArrivalMs(metadata: Metadata): number | undefined {
  const interval = declaredInterval(metadata)
  if (interval === undefined) return undefined
  const { chunkSize } = metadata
  const points = typeof chunkSize === "number" && chunkSize > 1 ? chunkSize : 1
  return interval.ms * points
}

/** The same as it declares or, where it does not, as it was seen. */
export function arrivalMs(metadata: Metadata, track: MetricTrack | undefined): number | undefined {
  const declared = declaredArrivalMs(metadata)
  if (declared !== undefined) return declared
  return track === undefined || Number.isNaN(track.intervalMs) ? undefined : track.intervalMs
}
