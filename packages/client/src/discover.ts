import { hostname } from "node:os"
import type { JsonObject, Timestamp } from "@metricq/protocol"
import { version } from "./version.js"

/** What this client says of itself when everybody is asked (RPC `discover`). Times are ISO 8601, `uptime` is nanoseconds. */
export function discoverAnswer(startingTime: Timestamp, now: Timestamp, clientVersion: string | undefined): JsonObject {
  const answer: JsonObject = {
    alive: true,
    currentTime: isoMicros(now),
    startingTime: isoMicros(startingTime),
    uptime: Number(now.posixNs - startingTime.posixNs),
    metricqVersion: `metricq-ts/${version}`,
    nodeVersion: process.versions.node,
    hostname: hostname(),
  }
  if (clientVersion !== undefined) answer.version = clientVersion
  return answer
}

/** ISO 8601 in the form the original writes, which is all that older parsers read: six digits and `+00:00`. */
function isoMicros(time: Timestamp): string {
  const [seconds, fraction = ""] = time.toIso().replace("Z", "").split(".")
  return `${seconds}.${fraction.padEnd(6, "0").slice(0, 6)}+00:00`
}
