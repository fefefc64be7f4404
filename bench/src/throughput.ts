import { buildCppClient } from "./cpp-client.js"
import { type Ends, type Measured, stages, stream } from "./data-path.js"
import { isMain, printTable } from "./measure.js"

/**
 * Points a second from a source over a broker to a sink, each a process, beside a pair of plain amqplib programs that move
 * the same bytes over the same kind of queue in the same run.
 *
 * `persistent`: durable queue, persistent messages, confirms (the plain producer with a window of 1000); `transient`: none of
 * these. Both consumers have a prefetch of 400 and acknowledge up to 100 at once. CPU is that of both ends, without the broker.
 *
 * Where METRICQ_TEST_CPP names a build of the original C++ client, it takes part in the transient rows, which are all that it can do: it
 * has no confirms, and its messages are as little persistent.
 */

const sizes = [
  { chunk: 1, messages: 100_000 },
  { chunk: 10, messages: 100_000 },
  { chunk: 100, messages: 60_000 },
  { chunk: 1000, messages: 15_000 },
]

/** Of so many runs in turn the fastest of each counts: what disturbs a run makes it slower, never faster. */
const runs = Number(process.env.BENCH_RUNS ?? 2)

const header = ["broker", "durability", "chunk", "who", "points/s", "ratio", "CPU s / 1M messages", "ratio"]

type Who = "raw" | "ours, columns" | "ours, points" | "C++, chunks" | "C++, points"

export async function run(): Promise<void> {
  const cpp = buildCppClient()
  const ends = (who: Who): Ends => (who === "raw" ? "raw" : who.startsWith("ours") ? "ours" : { cpp: cpp! })
  for await (const stage of stages()) {
    const rows: string[][] = []
    for (const durability of ["persistent", "transient"] as const) {
      const others: Who[] = cpp !== undefined && durability === "transient" ? ["C++, chunks", "C++, points"] : []
      for (const { chunk, messages } of sizes) {
        const best = new Map<Who, Measured>()
        for (let i = 0; i < runs; i++) {
          for (const who of ["raw", "ours, columns", "ours, points", ...others] as const) {
            const door = who.endsWith("points") ? "points" : "columns"
            const wanted = { durability, messages, chunk, door, rate: 0 } as const
            const measured = await stream(stage, ends(who), wanted)
            if (measured.seconds < (best.get(who)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(who, measured)
          }
        }
        const raw = best.get("raw")!
        for (const [who, measured] of best) {
          rows.push([
            stage.name,
            durability,
            String(chunk),
            who,
            Math.round((messages * chunk) / measured.seconds).toLocaleString("en"),
            (raw.seconds / measured.seconds).toFixed(2),
            ((measured.cpuS * 1e6) / messages).toFixed(1),
            (measured.cpuS / raw.cpuS).toFixed(2),
          ])
        }
      }
    }
    printTable(header, rows)
  }
}

if (isMain(import.meta.url)) await run()
