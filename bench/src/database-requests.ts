import { fork } from "node:child_process"
import { once } from "node:events"
import { type HistoryClient, HistoryRequestType, Timedelta, Timestamp } from "@metricq/client"
import { Scope } from "@metricq/testkit"
import { connect } from "amqplib"
import type { Stage } from "./data-path.js"
import { startDatabase, startSource } from "./database-stage.js"
import { milliseconds, ratio, type Spread, seededRandom, spreadOf } from "./numbers.js"
import { BEGIN_NS, referenceName, STEP_NS } from "./reference-data.js"

/** Points of the metric that is asked about. */
export const STORED = 10_000_000

/** Requests about one metric, each beside a plain answer of the same size. */
export async function requestRows(stage: Stage): Promise<string[][]> {
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
