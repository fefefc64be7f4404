import { Source, silentLogger } from "@metricq/client"
import { type Sequence, sequenceNames, stretches } from "./chunk-sequence.js"

/**
 * A source as a process of its own for the bench of the database: sends a sequence of the reference data set, persistent and confirmed.
 *
 * Started with the URL and the sequence as JSON. Says when it is ready, begins when it is told to, and says when it began.
 */
const [url = "", text = "{}"] = process.argv.slice(2)
const sequence = JSON.parse(text) as Sequence
/** As many messages under way as the plain producer has. */
const WINDOW = 1000

class BenchSource extends Source {
  protected override async startRole(): Promise<void> {
    await super.startRole()
    await this.declareMetrics(
      Object.fromEntries(sequenceNames(sequence).map((name) => [name, { rate: 10, unit: "W" }])),
    )
  }
}

const maxBytes = Math.max(1024 * 1024, WINDOW * (200 + 14 * sequence.chunk))
const spool = { policy: "wait", maxBytes } as const
const source = new BenchSource({ token: "source-bench", url, spool, logger: silentLogger })
await source.connect()
process.send?.({ ready: true })
process.on("disconnect", () => process.exit())
process.once("message", async () => {
  process.send?.({ beganMs: performance.timeOrigin + performance.now() })
  for (const chunks of stretches(sequence)) {
    for (const { metric, columns } of chunks) await source.sendChunk(metric, columns)
  }
  await source.flush({ timeout: 120 })
  await source.stop()
  process.exit()
})
