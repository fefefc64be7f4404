import type { Metadata } from "./metadata.js"
import { Timedelta } from "./timedelta.js"

/** Distance of the points of a metric as its metadata says it: its interval, else by its rate. Undefined if they say nothing of use. */
export function declaredInterval({ interval, rate }: Metadata): Timedelta | undefined {
  const byInterval =
    typeof interval === "string" || typeof interval === "number" ? positive(() => Timedelta.from(interval)) : undefined
  return byInterval ?? (typeof rate === "number" ? positive(() => Timedelta.fromSeconds(1 / rate)) : undefined)
}

function positive(duration: () => Timedelta): Timedelta | undefined {
  try {
    const timedelta = duration()
    return timedelta.ns > 0n ? timedelta : undefined
  } catch {
    // Metadata comes from other programs: what is no duration says nothing.
    return undefined
  }
}
