import { hostname } from "node:os"
import type { JsonObject, Timestamp } from "@metricq/protocol"
import { version } from "./version.js"

/** What this client says of itself when everybody is asked (RPC `discover`). Times are ISO 8601, `uptime` is nanoseconds. */
export function discoverAnswer(startingTime: Timestamp, now: Timestamp, clientVersion: string | undefined): JsonObject {
  const answer: JsonObject = {
    alive: true,
    currentTime: now.toIso(),
    startingTime: startingTime.toIso(),
    uptime: Number(now.posixNs - startingTime.posixNs),
    metricqVersion: `metricq-ts/${version}`,
    nodeVersion: process.versions.node,
    hostname: hostname(),
  }
  if (clientVersion !== undefined) answer.version = clientVersion
  return answer
}
