import { writeSync } from "node:fs"
import { Timeline } from "../timeline.js"

/*
 * A process to be killed: appends to the store in the folder given, and says on its output how far every metric has been acknowledged. Point
 * i of a metric lies at (i + 1) ms and has the value i, but for every seventh, which comes ten points late.
 */

export const KILL_METRICS = ["lab.a", "lab.b", "lab.c"]

/** Points of one append. */
const CHUNK = 100

async function run(folder: string): Promise<void> {
  const timeline = await Timeline.open(folder, { headBytes: 60_000, journalBytes: 100_000 })
  writeSync(1, "open\n")
  await Promise.all(KILL_METRICS.map((metric) => appendForEver(timeline, metric)))
}

async function appendForEver(timeline: Timeline, metric: string): Promise<void> {
  let next = timeline.info(metric) ? await nextOf(timeline, metric) : 0
  for (;;) {
    const order = Array.from({ length: CHUNK }, (_, i) => next + i)
    for (let i = 0; i + 10 < CHUNK; i += 7) order.splice(i + 10, 0, ...order.splice(i, 1))
    await timeline.append(metric, {
      times: BigInt64Array.from(order, (i) => BigInt(i + 1) * 1_000_000n),
      values: Float64Array.from(order),
    })
    next += CHUNK
    writeSync(1, `${metric} ${next}\n`)
  }
}

/** What was not acknowledged may be there in part: it is appended again. */
async function nextOf(timeline: Timeline, metric: string): Promise<number> {
  const { values } = await timeline.raw(metric, 0n, 2n ** 62n)
  let next = 0
  while (next < values.length && values[next] === next) next++
  return next - (next % CHUNK)
}

const folder = process.argv[2]
if (folder !== undefined) await run(folder)
