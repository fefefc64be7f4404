import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import {
  Client,
  dataQueue,
  HistoryClient,
  HistoryRequestType,
  historyRequestQueue,
  silentLogger,
  Timedelta,
  Timestamp,
} from "@metricq/client"
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
/** Of so many runs in turn the fastest of each counts: what disturbs a run makes it slower, never faster. */
const runs = Number(process.env.BENCH_RUNS ?? 2)
const TOKEN = "db-bench"
/** Points of the metric that is asked about. */
const STORED = 10_000_000
/** Chunks of each metric before those that count: metrics become known, and programs warm. */
const WARM_UP = 3
/** Between two looks whether the last point is there, so that looking costs nothing. */
const POLL_MS = 20
/** A run takes seconds. */
const LONGEST_MS = 120_000
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
    for (const [metrics, chunk] of works) rows.push(await throughputRow(stage, metrics, chunk))
    console.log(`\nsource → ${stage.name} → database\n`)
    printTable(["metrics × chunk", "points/s", "raw", "ratio", "CPU s / 1M messages", "MB at most"], rows)
    console.log(`\nhistory requests over ${stage.name}, ${STORED.toLocaleString("en")} points\n`)
    printTable(["ms", "bytes", "p50", "p95", "raw p50", "ratio"], await requestRows(stage))
  }
  console.log()
  printTable(["npm start", "s to the first stored point", "MB resident"], [await startRow()])
}

/** A database that stores everything of the reference data set, with a client that asks it. Its queues go with it: nobody must find what it has left in them. */
async function startDatabase(scope: Scope, url: string) {
  const folder = await temporaryFolder(scope, "database")
  scope.onTestFinished(() => deleteQueues(url))
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

async function deleteQueues(url: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  for (const queue of [dataQueue(TOKEN), historyRequestQueue(TOKEN)]) await channel.deleteQueue(queue)
  await connection.close()
}

/** Sends sequences from another process; each resolves with the seconds from its first chunk until its last point is answered. */
async function startSource(scope: Scope, url: string, history: HistoryClient, metrics: number, chunk: number) {
  const source = fork(new URL("./database-source.js", import.meta.url), [url, String(metrics), String(chunk)])
  scope.onTestFinished(() => source.kill("SIGKILL"))
  await once(source, "message")
  return async (first: number, points: number): Promise<number> => {
    source.send({ metrics, chunk, first, points } satisfies Sequence)
    const sent = once(source, "message") as Promise<[{ beganMs: number }]>
    const lastNs = BEGIN_NS + BigInt(first + points - 1) * BigInt(STEP_NS)
    const lastName = referenceName(metrics - 1)
    for (const deadline = Date.now() + LONGEST_MS; Date.now() < deadline; await sleep(POLL_MS)) {
      const last = await history.historyLastValue(lastName, { timeout: 10 }).catch(() => undefined)
      const endedMs = performance.timeOrigin + performance.now()
      if (last?.timestamp.posixNs === lastNs) return (endedMs - (await sent)[0].beganMs) / 1000
    }
    throw new Error(`the last point of ${metrics} metrics is not there after ${LONGEST_MS / 1000} s`)
  }
}

async function throughputRow(stage: Stage, metrics: number, chunk: number): Promise<string[]> {
  const points = Math.ceil(messages / metrics) * chunk
  const count = (metrics * points) / chunk
  const keys = sequenceNames({ metrics, points, chunk })
  const wanted = { durability: "persistent", messages: count, chunk, door: "columns", rate: 0, keys } as const
  let rawSeconds = Number.POSITIVE_INFINITY
  let best: Stored | undefined
  for (let round = 0; round < runs; round++) {
    rawSeconds = Math.min(rawSeconds, (await stream(stage, "raw", wanted)).seconds)
    const stored = await storeOnce(stage, metrics, chunk, points)
    if (stored.seconds < (best?.seconds ?? Number.POSITIVE_INFINITY)) best = stored
  }
  const { seconds, cpuS, peakBytes } = best!
  return [
    `${metrics} × ${chunk}`,
    Math.round((metrics * points) / seconds).toLocaleString("en"),
    Math.round((metrics * points) / rawSeconds).toLocaleString("en"),
    (rawSeconds / seconds).toFixed(2),
    ((cpuS * 1e6) / count).toFixed(1),
    megabytes(peakBytes),
  ]
}

/** What it took to store so many points, and the database's share of CPU and memory. */
interface Stored {
  readonly seconds: number
  readonly cpuS: number
  readonly peakBytes: number
}

async function storeOnce(stage: Stage, metrics: number, chunk: number, points: number): Promise<Stored> {
  const scope = new Scope()
  try {
    const { database, history } = await startDatabase(scope, stage.url)
    const send = await startSource(scope, stage.url, history, metrics, chunk)
    await send(0, WARM_UP * chunk)
    const cpuS = database.cpuS
    const seconds = await send(WARM_UP * chunk, points)
    return { seconds, cpuS: database.cpuS - cpuS, peakBytes: database.memory.peak }
  } finally {
    await scope.close()
  }
}

/** Requests about one metric, each beside a plain answer of the same size. */
async function requestRows(stage: Stage): Promise<string[][]> {
  const scope = new Scope()
  try {
    const { history } = await startDatabase(scope, stage.url)
    const send = await startSource(scope, stage.url, history, 1, 1000)
    await send(0, STORED)
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
  const timeline = () => rows(rangeNs / 3333n, HistoryRequestType.aggregateTimeline) // 300 s, which is a level
  // A row is 54 bytes and a point 12 on the wire, as the original's documents say of its own.
  return [
    ["last value", async () => 29, () => history.historyLastValue(metric)],
    ["aggregate of everything", async () => 71, () => history.historyAggregate(metric, { start, end })],
    ["flexible, 1000 positions", async () => 54 * (await flexible()).length, flexible],
    ["timeline, 3333 rows", async () => 54 * (await timeline()).length, timeline],
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
