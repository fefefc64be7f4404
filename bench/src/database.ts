import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { Client, HistoryClient, HistoryRequestType, silentLogger, Timedelta, Timestamp } from "@metricq/client"
import { freePort, Scope, temporaryFolder } from "@metricq/testkit"
import { connect } from "amqplib"
import { type Sequence, sequenceNames } from "./chunk-sequence.js"
import { type Stage, stages, stream } from "./data-path.js"
import { MeasuredProcess } from "./database-process.js"
import { isMain, printTable } from "./measure.js"
import { megabytes, milliseconds, ratio, type Spread, seededRandom, spreadOf } from "./numbers.js"
import { BEGIN_NS, referenceName, STEP_NS } from "./reference-data.js"

/**
 * The database as a process of its own: points a second from a source over a broker until the last one is answered, beside a pair of plain
 * amqplib programs that move as many messages of the same size, persistent and confirmed, over a durable queue; what history requests take,
 * beside a plain answer of as many bytes; and how long a whole network takes from nothing to its first stored point.
 *
 * `METRICQ_TEST_BROKERS` chooses brokers, `METRICQ_BENCH_MESSAGES` how many are moved (60,000).
 */
const messages = Number(process.env.METRICQ_BENCH_MESSAGES ?? 60_000)
const TOKEN = "db-bench"
/** Points of the metric that is asked about. */
const STORED = 2_000_000
const config = {
  patterns: [{ pattern: "elab.**", interval_min: "3s", interval_max: 300_000_000_000_000, maxGap: "forever" }],
}

export async function run(): Promise<void> {
  const works = [
    [1, 100],
    [100, 100],
    [1000, 10],
    [1000, 1],
  ] as const
  for await (const stage of stages()) {
    const rows: string[][] = []
    for (const [metrics, chunk] of works) {
      const points = Math.ceil(messages / metrics) * chunk
      rows.push(await throughputRow(stage, { metrics, chunk, points }))
    }
    console.log(`\nsource → ${stage.name} → database\n`)
    printTable(["metrics × chunk", "points/s", "raw", "ratio", "CPU s / 1M messages", "MB at most"], rows)
    console.log(`\nhistory requests over ${stage.name}, ${STORED.toLocaleString("en")} points\n`)
    printTable(["ms", "bytes", "p50", "p95", "raw p50", "ratio"], await requestRows(stage))
  }
  console.log()
  printTable(["npm start", "s to the first stored point", "MB resident"], [await startRow()])
}

/** A database that stores everything of the reference data set, with a client that asks it. */
async function startDatabase(scope: Scope, url: string) {
  const folder = await temporaryFolder(scope, "database")
  const admin = new Client({ token: "bench", url, logger: silentLogger })
  await admin.connect()
  await admin.rpc("config.set", { token: TOKEN, config })
  await admin.stop()
  const args = ["database", "--server", url, "--token", TOKEN, "--folder", "data"]
  const database = await MeasuredProcess.metricq(scope, args, folder)
  const history = new HistoryClient({ token: "history-bench", url, logger: silentLogger })
  await history.connect()
  scope.onTestFinished(() => history.stop())
  return { database, history }
}

/** Sends a sequence and resolves with the seconds until its last point is answered. */
async function fill(scope: Scope, url: string, history: HistoryClient, sequence: Sequence): Promise<number> {
  const source = fork(new URL("./database-source.js", import.meta.url), [url, JSON.stringify(sequence)])
  scope.onTestFinished(() => source.kill("SIGKILL"))
  await once(source, "message")
  source.send("begin")
  const [{ beganMs }] = (await once(source, "message")) as [{ beganMs: number }]
  const metric = sequenceNames(sequence).at(-1)!
  const lastNs = BEGIN_NS + BigInt(sequence.points - 1) * BigInt(STEP_NS)
  for (;;) {
    const last = await history.historyLastValue(metric, { timeout: 120 }).catch(() => undefined)
    if (last?.timestamp.posixNs === lastNs) return (performance.timeOrigin + performance.now() - beganMs) / 1000
    await sleep(2)
  }
}

async function throughputRow(stage: Stage, sequence: Sequence): Promise<string[]> {
  const scope = new Scope()
  try {
    const { metrics, chunk, points } = sequence
    const count = (metrics * points) / chunk
    const keys = sequenceNames(sequence)
    const wanted = { durability: "persistent", messages: count, chunk, door: "columns", rate: 0, keys } as const
    const raw = await stream(stage, "raw", wanted)
    const { database, history } = await startDatabase(scope, stage.url)
    const cpuS = database.cpuS
    const seconds = await fill(scope, stage.url, history, sequence)
    return [
      `${metrics} × ${chunk}`,
      Math.round((metrics * points) / seconds).toLocaleString("en"),
      Math.round((metrics * points) / raw.seconds).toLocaleString("en"),
      (raw.seconds / seconds).toFixed(2),
      (((database.cpuS - cpuS) * 1e6) / count).toFixed(1),
      megabytes(database.memory.peak),
    ]
  } finally {
    await scope.close()
  }
}

/** Requests about one metric, each beside a plain answer of the same size. */
async function requestRows(stage: Stage): Promise<string[][]> {
  const scope = new Scope()
  try {
    const { history } = await startDatabase(scope, stage.url)
    await fill(scope, stage.url, history, { metrics: 1, chunk: 1000, points: STORED })
    const plain = await plainCaller(scope, stage.url)
    const rows: string[][] = []
    for (const [title, bytes, ask] of requests(history)) {
      const own: Spread = await spreadOf(ask)
      const size = await bytes()
      const raw = await spreadOf(() => plain(size))
      const spreads = [own.p50, own.p95, raw.p50].map(milliseconds)
      rows.push([title, size.toLocaleString("en"), ...spreads, ratio(own.p50 / raw.p50)])
    }
    return rows
  } finally {
    await scope.close()
  }
}

type Request = [title: string, bytes: () => Promise<number>, ask: () => Promise<unknown>]

function requests(history: HistoryClient): Request[] {
  const metric = referenceName(0)
  const stepNs = BigInt(STEP_NS)
  const [start, end] = [BEGIN_NS, BEGIN_NS + BigInt(STORED) * stepNs].map(Timestamp.fromNs) as [Timestamp, Timestamp]
  const random = seededRandom(1)
  const raw = () => {
    const from = BEGIN_NS + BigInt(Math.floor(random() * (STORED - 10_001))) * stepNs
    return { start: Timestamp.fromNs(from), end: Timestamp.fromNs(from + 10_001n * stepNs) }
  }
  const rows = (interval: bigint, type: HistoryRequestType) =>
    history.historyDataRequest(metric, start, end, new Timedelta(interval), { type })
  const rangeNs = BigInt(STORED) * stepNs
  const flexible = () => rows(rangeNs / 1000n, HistoryRequestType.flexTimeline)
  const timeline = () => rows(rangeNs / 3333n, HistoryRequestType.aggregateTimeline)
  // A row is 54 bytes and a point 12 on the wire, as the original's documents say of its own.
  return [
    ["last value", async () => 29, () => history.historyLastValue(metric)],
    ["aggregate of everything", async () => 71, () => history.historyAggregate(metric, { start, end })],
    ["flexible, 1000 positions", async () => 54 * (await flexible()).length, flexible],
    ["timeline, up to 3333 rows", async () => 54 * (await timeline()).length, timeline],
    ["10,001 points", async () => 12 * 10_001, () => history.historyRawTimeline(metric, raw())],
  ]
}

/** Asks the plain program for so many bytes, and resolves when they have come. */
async function plainCaller(scope: Scope, url: string): Promise<(bytes: number) => Promise<unknown>> {
  const child = fork(new URL("./database-echo.js", import.meta.url), [url])
  scope.onTestFinished(() => child.kill("SIGKILL"))
  await once(child, "message")
  const connection = await connect(url, { noDelay: true })
  scope.onTestFinished(() => connection.close().catch(() => {}))
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue("", { exclusive: true })
  let answered: (message: unknown) => void = () => {}
  await channel.consume(queue, (message) => {
    if (message !== null) channel.ack(message)
    answered(message)
  })
  return (bytes) =>
    new Promise((resolve) => {
      answered = resolve
      const body = Buffer.alloc(4)
      body.writeUInt32LE(bytes)
      channel.sendToQueue("echo", body, { replyTo: queue, correlationId: "1" })
    })
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
