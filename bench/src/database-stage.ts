import { fork } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { Client, dataQueue, HistoryClient, historyRequestQueue, silentLogger } from "@metricq/client"
import { type Scope, temporaryFolder } from "@metricq/testkit"
import { connect } from "amqplib"
import type { Sequence } from "./chunk-sequence.js"
import { MeasuredProcess } from "./database-process.js"
import type { Sent } from "./database-source.js"
import { BEGIN_NS, referenceName, STEP_NS } from "./reference-data.js"

const TOKEN = "db-bench"
/** Between two looks whether the last point is there. */
const POLL_MS = 5
/** What a batch of registrations leaves to do. */
const SETTLE_MS = 300
/** A run takes seconds. */
const LONGEST_MS = 120_000
const config = {
  patterns: [{ pattern: "elab.**", interval_min: "3s", interval_max: 300_000_000_000_000, maxGap: "forever" }],
}

/** A database that stores everything of the reference data set, with a client that asks it. Its queues go with it: nobody must find what it has left in them. */
export async function startDatabase(scope: Scope, url: string) {
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

/** What it took to send a sequence and to store it. */
export interface Stored {
  /** From the first chunk until the last point is answered. */
  readonly seconds: number
  /** Of the source. */
  readonly sentCpuS: number
}

/** Sends sequences from another process; each resolves when its last point is answered. `pollMs`: between two looks whether it is. */
export async function startSource(scope: Scope, url: string, history: HistoryClient, metrics: number, chunk: number) {
  const source = fork(new URL("./database-source.js", import.meta.url), [url, String(metrics), String(chunk)])
  scope.onTestFinished(() => source.kill("SIGKILL"))
  await once(source, "message")
  return async (first: number, points: number, pollMs = POLL_MS): Promise<Stored> => {
    source.send({ metrics, chunk, first, points } satisfies Sequence)
    // Not asked before the broker has everything: answers take time from what is measured.
    const [{ beganMs, cpuS }] = (await once(source, "message")) as [Sent]
    const lastNs = BEGIN_NS + BigInt(first + points - 1) * BigInt(STEP_NS)
    const lastName = referenceName(metrics - 1)
    for (const deadline = Date.now() + LONGEST_MS; Date.now() < deadline; await sleep(pollMs)) {
      const last = await history.historyLastValue(lastName, { timeout: 10 }).catch(() => undefined)
      const endedMs = performance.timeOrigin + performance.now()
      if (last?.timestamp.posixNs === lastNs) return { seconds: (endedMs - beganMs) / 1000, sentCpuS: cpuS }
    }
    throw new Error(`the last point of ${metrics} metrics is not there after ${LONGEST_MS / 1000} s`)
  }
}

/** Resolves when so many metrics are known to the database and to the manager: that is work of the beginning. */
export async function registered(history: HistoryClient, metrics: number): Promise<void> {
  for (const deadline = Date.now() + LONGEST_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const status = await history.rpcTo(TOKEN, "database.status")
    if (Number(status.metrics) >= metrics && status.unregistered === 0) break
  }
  await sleep(SETTLE_MS)
}
