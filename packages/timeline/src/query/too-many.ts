import { DataError } from "@metricq/protocol"

/** The error of a read that would give more than its limit. */
export function tooMany(what: "rows" | "points", limit: number): DataError {
  const advice =
    what === "rows" ? "ask for longer intervals or a shorter time" : "ask for a shorter time or for intervals"
  return new DataError("too-many", `more than ${limit} ${what}: ${advice}`)
}
