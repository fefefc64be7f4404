import { setTimeout as sleep } from "node:timers/promises"
import { Timeline } from "@metricq/timeline"
import { METRICS, noPositions, type Positions, planColumns, planName, STREAMS } from "./load-plan.js"

/**
 * A process that stores points as fast as it can, until something ends it: chunks of random lengths of random streams, some of them in flight at
 * a time. It says how far each stream is stored whenever an append resolves; what failed it waits out and does again.
 */
export type LoadReport =
  | { readonly opened: number }
  | { readonly stored: readonly [metric: number, stream: number, points: number] }
  | { readonly failed: string }
  | { readonly resumed: true }

const [folder = "", positionsText = "", seedText = "1"] = process.argv.slice(2)
const LONGEST_CHUNK = 300
const IN_FLIGHT = 12
const PAUSE_MS = 20

const positions: Positions = positionsText === "" ? noPositions() : (JSON.parse(positionsText) as Positions)
let state = Number(seedText) || 1

function random(below: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
  return Math.floor((state / 0x80000000) * below)
}

function report(message: LoadReport): void {
  if (process.connected) process.send?.(message)
}

const began = performance.now()
// Everything that happens in the background happens often.
const store = await Timeline.open(folder, { headBytes: 200_000, journalBytes: 100_000, cacheBytes: 1_000_000 })
report({ opened: performance.now() - began })
process.on("disconnect", () => process.exit())

/** Streams with an append that has not settled: their next points wait, or a failure would leave a hole. */
const busy = new Set<number>()
let failing = false

async function storeOne(): Promise<void> {
  const [metric, stream] = [random(METRICS), random(STREAMS)]
  const id = metric * STREAMS + stream
  if (busy.has(id)) return
  busy.add(id)
  const from = positions[metric]![stream]!
  const count = 1 + random(random(8) === 0 ? LONGEST_CHUNK : 20)
  try {
    await store.append(planName(metric), planColumns(metric, stream, from, count))
    positions[metric]![stream] = from + count
    report({ stored: [metric, stream, from + count] })
    if (failing) report({ resumed: true })
    failing = false
  } catch (error) {
    if (!failing) report({ failed: (error as { code?: string }).code ?? String(error) })
    failing = true
    await sleep(PAUSE_MS)
  } finally {
    busy.delete(id)
  }
}

async function lane(): Promise<never> {
  for (;;) {
    await storeOne()
    // Some lanes fall behind, so that there are always appends that come while others are written.
    if (random(2) === 0) await new Promise((resolve) => setImmediate(resolve))
    else await sleep(random(4))
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
