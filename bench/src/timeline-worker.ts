import { readdirSync } from "node:fs"
import { defaultLevelParameters } from "@metricq/timeline"
import { BEGIN_NS } from "./reference-data.js"
import { TimelinePeer } from "./timeline-peer.js"

/**
 * A process with nothing but the store, for what only a process has: memory and open files. Started with a folder, a number of metrics
 * and of points of each, which come one by one; sends a {@link Footprint}.
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
const [metrics = 0, points = 0] = numbers.map(Number)
const names = Array.from({ length: metrics }, (_, index) => `lab.rack${index % 97}.node${index}.power`)

/** A point of each metric, then the next one of each, all in the same memory. */
function* chunks() {
  const columns = { times: new BigInt64Array(1), values: new Float64Array(1) }
  for (let point = 0; point < points; point++) {
    columns.times[0] = BEGIN_NS + BigInt(point) * 1_000_000_000n
    for (const [index, metric] of names.entries()) {
      columns.values[0] = (10_000 + ((index * 7919 + point * 104_729) % 2000)) / 100
      yield { metric, columns }
    }
  }
}

const peer = await TimelinePeer.open(folder)
const idleBytes = process.memoryUsage.rss()
await peer.declare(names, defaultLevelParameters)
await peer.insert(chunks())
const peakBytes = process.resourceUsage().maxRSS * 1024
const openFiles = readdirSync("/proc/self/fd").length
await peer.close()
const began = performance.now()
const again = await TimelinePeer.open(folder)
const openMs = performance.now() - began
await again.close()
process.on("disconnect", () => process.exit())
process.send?.({ idleBytes, peakBytes, openFiles, openMs } satisfies Footprint)
