import { hostname } from "node:os"
import type { JsonObject } from "@metricq/protocol"
import type { NetworkAgent } from "./network-file.js"

/** The agent that `metricq up` runs by itself: this machine, once a second, below its own name. */
export function demoAgent(host: string = hostname()): NetworkAgent {
  const config = { rate: 1, prefix: metricComponent(host) }
  return { token: "source-sysinfo", kind: "source-sysinfo", config, initialOnly: true }
}

/** The database that `metricq up` runs by itself: it stores everything, and measures itself below the name of this machine. */
export function demoDatabase(host: string = hostname()): { token: string; config: JsonObject } {
  const stats = { prefix: `${metricComponent(host)}.db.`, rate: 0.1 }
  return { token: "db-timeline", config: { patterns: ["**"], stats } }
}

/**
 * A host name as one component of a metric name: its first label, with underscores for what a component cannot have, beginning
 * with a letter and at least two characters long.
 */
export function metricComponent(host: string): string {
  const label = (host.split(".")[0] ?? "").replace(/[^A-Za-z0-9_]/g, "_")
  return /^[A-Za-z][A-Za-z0-9_]+$/.test(label) ? label : `host_${label}`
}
