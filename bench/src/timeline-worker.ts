import { readdirSync } from "node:fs"
import { defaultLevelParameters } from "@metricq/timeline"
import { sequenceNames, stretches } from "./chunk-sequence.js"
import { TimelinePeer } from "./timeline-peer.js"

/**
 * A process with nothing but the store, for what only a process has: memory and open files. Started with a folder, a number of metrics, of
 * points each, and of points a chunk; sends a {@link Footprint}.
 */
export interface Footprint {
  /** Resident, before the first point and at most, in bytes. */
  readonly idleBytes: number
  readonly peakBytes: number
  readonly openFiles: number
  /** To open the store again, with everything that was stored. */
  readonly openMs: number
}

const [folder = "", ...numbers] = process.argv.slice(2)
const [metrics = 0, points = 0, chunk = 1] = numbers.map(Number)

const peer = await TimelinePeer.open(folder)
const idleBytes = process.memoryUsage.rss()
await peer.declare(sequenceNames({ metrics, points, chunk }), defaultLevelParameters)
for (const chunks of stretches({ metrics, points, chunk })) await peer.insert(chunks)
const peakBytes = process.resourceUsage().maxRSS * 1024
const openFiles = readdirSync("/proc/self/fd").length
await peer.close()
const began = performance.now()
const again = await TimelinePeer.open(folder)
const openMs = performance.now() - began
await again.close()
process.send?.({ idleBytes, peakBytes, openFiles, openMs } satisfies Footprint)
process.disconnect()
