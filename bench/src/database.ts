import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { HistoryClient, silentLogger } from "@metricq/client"
import { freePort, Scope, temporaryFolder } from "@metricq/testkit"
import { stages } from "./data-path.js"
import { latencyRow } from "./database-latency.js"
import { MeasuredProcess } from "./database-process.js"
import { requestRows, STORED } from "./database-requests.js"
import { throughputHeader, throughputRow } from "./database-throughput.js"
import { isMain, printTable } from "./measure.js"
import { megabytes } from "./numbers.js"

/**
 * The database as a process of its own: points a second from a source over a broker until the last one is answered; how long a few points
 * take; what history requests take, beside a plain answer of as many bytes; and how long a whole network takes from nothing to its first
 * stored point.
 *
 * Beside the throughput there are pairs of plain amqplib programs that move as many messages of the same bytes, persistent and confirmed,
 * over a durable queue. `raw` only counts what it receives, which is the ceiling of the broker; `raw, to a file` does what a database must
 * do at least: it appends the bodies to a file and acknowledges after each sync. On two cores sending and the broker have their share of
 * all times; what an end itself costs is its CPU time.
 *
 * `METRICQ_TEST_BROKERS` chooses brokers, `METRICQ_BENCH_MESSAGES` how many are moved (60,000), `BENCH_RUNS` how often (2).
 */
export async function run(): Promise<void> {
  const works = [
    [1, 100],
    [100, 100],
    [1000, 10],
    [1000, 1],
  ] as const
  for await (const stage of stages()) {
    const rows: string[][] = []
    for (const [metrics, chunk] of works) rows.push(await throughputRow(stage, metrics, chunk))
    console.log(`\nsource → ${stage.name} → database\n`)
    printTable(throughputHeader, rows)
    console.log(`\nfrom sending to answering over ${stage.name}\n`)
    printTable(["ms: metrics × points", "p50", "p95"], [await latencyRow(stage, 1), await latencyRow(stage, 1000)])
    console.log(`\nhistory requests over ${stage.name}, ${STORED.toLocaleString("en")} points\n`)
    printTable(["ms", "bytes", "p50", "p95", "raw p50", "ratio"], await requestRows(stage))
  }
  console.log()
  printTable(["npm start", "s to the first stored point", "MB resident"], [await startRow()])
}

/** From `npm start`, built before, to the first point that history answers. */
async function startRow(): Promise<string[]> {
  const scope = new Scope()
  try {
    const folder = await temporaryFolder(scope, "start")
    await mkdir(join(folder, "data"))
    const port = await freePort()
    const url = `amqp://127.0.0.1:${port}/`
    const began = performance.now()
    const root = fileURLToPath(new URL("../../", import.meta.url))
    const options = ["--data", join(folder, "data"), "--amqp-port", String(port)]
    const network = await MeasuredProcess.start(scope, "npm", ["start", "--prefix", root, "--", ...options], folder)
    const history = new HistoryClient({ token: "history-bench", url, logger: silentLogger })
    await history.connect()
    scope.onTestFinished(() => history.stop())
    for (;;) {
      const [metric] = Object.keys(await history.getMetrics({ infix: "cpu.usage", metadata: false }))
      if (metric !== undefined && (await history.historyLastValue(metric).catch(() => undefined)) !== undefined) break
      await sleep(20)
    }
    const seconds = (performance.now() - began) / 1000
    await sleep(5000)
    return ["with its demo", seconds.toFixed(2), megabytes(network.memory.now)]
  } finally {
    await scope.close()
  }
}

if (isMain(import.meta.url)) await run()
