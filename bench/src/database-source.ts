import { Source, silentLogger } from "@metricq/client"
import { type Sequence, sequenceNames, stretches } from "./chunk-sequence.js"

/**
 * A source as a process of its own for the bench of the database: sends sequences of the reference data set, persistent and confirmed.
 *
 * Started with the URL, the number of metrics and the points of a chunk. Says when it is ready, and sends each sequence that it is told to; then
 * it says when it began.
 */
const [url = "", metricsText = "1", chunkText = "1"] = process.argv.slice(2)
const [metrics, chunk] = [Number(metricsText), Number(chunkText)]
/** As many messages under way as the plain producer has. */
const WINDOW = 1000

/** When the first chunk was sent, in ms of the system clock, and the CPU time that it took to send them all. */
export interface Sent {
  readonly beganMs: number
  readonly cpuS: number
}

class BenchSource extends Source {
  protected override async startRole(): Promise<void> {
    await super.startRole()
    const names = sequenceNames({ metrics, points: 0, chunk })
    await this.declareMetrics(Object.fromEntries(names.map((name) => [name, { rate: 10, unit: "W" }])))
  }
}

const maxBytes = Math.max(1024 * 1024, WINDOW * (200 + 14 * chunk))
const spool = { policy: "wait", maxBytes } as const
const source = new BenchSource({ token: "source-bench", url, spool, logger: silentLogger })
await source.connect()
process.on("message", async (sequence: Sequence) => {
  const ready = [...stretches(sequence)]
  const before = process.cpuUsage()
  const beganMs = performance.timeOrigin + performance.now()
  for (const chunks of ready) {
    for (const { metric, columns } of chunks) await source.sendChunk(metric, columns)
  }
  await source.flush({ timeout: 120 })
  const { user, system } = process.cpuUsage(before)
  process.send?.({ beganMs, cpuS: (user + system) / 1e6 } satisfies Sent)
})
process.on("disconnect", () => process.exit())
process.send?.({ ready: true })
