import { stages, stream } from "./data-path.js"
import { isMain, printTable } from "./measure.js"

/**
 * Time from just before a point is sent to its arrival in the handler, at 1000 single points a second, persistent with a
 * durable queue, beside a pair of plain amqplib programs in the same run.
 */

const seconds = 8
const rate = 1000

export async function run(): Promise<void> {
  const rows: string[][] = []
  for await (const stage of stages()) {
    for (const who of ["raw", "ours", "raw", "ours"] as const) {
      const wanted = { durability: "persistent", messages: seconds * rate, chunk: 1, door: "points", rate } as const
      const { latenciesMs, cpuS } = await stream(stage, who, wanted)
      const settled = latenciesMs.slice(latenciesMs.length / 8).sort((a, b) => a - b)
      const at = (part: number) => settled[Math.floor(part * (settled.length - 1))]!.toFixed(2)
      rows.push([stage.name, who, at(0.5), at(0.9), at(0.99), ((cpuS / (seconds * rate)) * 1e6).toFixed(0)])
    }
  }
  printTable(["broker", "who", "p50 ms", "p90 ms", "p99 ms", "CPU s / 1M messages"], rows)
}

if (isMain(import.meta.url)) await run()
