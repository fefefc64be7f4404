import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Client, type Columns, silentLogger } from "@metricq/client"
import { Manager, openDocuments } from "@metricq/manager"
import { encodeDataChunk } from "@metricq/protocol"
import { availableKinds, type BrokerKind, RabbitmqNode } from "@metricq/testkit"
import { connect } from "amqplib"
import { startCppEnd } from "./cpp-client.js"
import { type End, type Job, type Report, referenceColumns } from "./data-path-job.js"

/** A broker in a process of its own, with a manager here, for measuring what runs between two others. */
export interface Stage {
  name: string
  url: string
  close(): Promise<void>
}

const metric = "bench.metric"

/** Each of these kinds of broker, by default those that there are, one after the other; it is closed when the next one is asked for. */
export async function* stages(kinds: readonly BrokerKind[] = availableKinds()): AsyncGenerator<Stage, void, undefined> {
  for (const kind of kinds) {
    const broker = kind === "embedded" ? await embedded() : await rabbitmq()
    const closeManager = await startManager(broker.url)
    try {
      yield broker
    } finally {
      await closeManager()
      await broker.close()
    }
  }
}

async function embedded(): Promise<Stage> {
  const { ready, close } = startWorker({ role: "broker" } as Job)
  const { port } = await ready
  return { name: "embedded broker", url: `amqp://guest:guest@127.0.0.1:${port}/`, close }
}

async function rabbitmq(): Promise<Stage> {
  const node = await RabbitmqNode.start()
  const { user, password, amqpPort } = node.address
  return { name: "RabbitMQ", url: `amqp://${user}:${password}@127.0.0.1:${amqpPort}/`, close: () => node.stop() }
}

async function startManager(url: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "metricq-bench-"))
  const documents = await openDocuments(folder)
  const administrators = [new URL(url).username]
  const manager = new Manager({ url, documents, administrators, logger: silentLogger })
  await manager.start()
  const admin = new Client({ token: "bench", url, logger: silentLogger })
  await admin.connect()
  await admin.rpc("config.set", { token: "source-bench", config: {} })
  await admin.stop()
  return async () => {
    await manager.stop()
    await documents.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a stream took: from the first message sent to the last one received, and CPU time of both processes, and of each. */
export interface Measured {
  seconds: number
  cpuS: number
  sentCpuS: number
  receivedCpuS: number
  latenciesMs: number[]
}

/**
 * Whose processes are at both ends: plain amqplib's, whose receiving one counts or, `raw, to a file`, writes and acknowledges after each sync;
 * ours, or those of the C++ client, whose program that is.
 */
export type Ends = "raw" | "raw, to a file" | "ours" | { cpp: string }

const roles = {
  ours: { source: "source", sink: "sink" },
  raw: { source: "raw-producer", sink: "raw-consumer" },
  "raw, to a file": { source: "raw-producer", sink: "raw-writer" },
} as const

/** Move messages from one new process to another over a fresh queue that is the same for all. Each has these columns. */
export async function stream(
  stage: Stage,
  who: Ends,
  wanted: Pick<Job, "durability" | "messages" | "warmUp" | "chunk" | "door" | "rate" | "keys">,
  { times, values }: Columns = referenceColumns(wanted.chunk),
): Promise<Measured> {
  const queue = "bench-data"
  const connection = await connect(stage.url)
  const channel = await connection.createChannel()
  const durable = wanted.durability === "persistent"
  await channel.assertQueue(queue, { durable })
  for (const key of wanted.keys ?? [metric]) await channel.bindQueue(queue, "metricq.data", key)
  const body = Buffer.from(encodeDataChunk(times, values)).toString("base64")
  const job = { ...wanted, url: stage.url, queue, metric, body }
  const consumer = startEnd(who, "sink", job)
  const producer = startEnd(who, "source", job)
  try {
    await Promise.all([consumer.ready, producer.ready])
    const [received, sent] = await Promise.all([consumer.run(), producer.run()])
    return {
      seconds: (received.endedMs! - sent.beganMs!) / 1000,
      cpuS: received.cpuS! + sent.cpuS!,
      sentCpuS: sent.cpuS!,
      receivedCpuS: received.cpuS!,
      latenciesMs: received.latenciesMs ?? [],
    }
  } finally {
    await Promise.all([consumer.close(), producer.close()])
    await channel.deleteQueue(queue)
    await connection.close()
  }
}

function startEnd(who: Ends, role: "source" | "sink", job: Omit<Job, "role">): End {
  if (typeof who === "object") return startCppEnd(who.cpp, role, { ...job, role })
  return startWorker({ ...job, role: roles[who][role] })
}

function startWorker(job: Job): End {
  const child = fork(new URL("./data-path-worker.js", import.meta.url))
  child.send(job)
  return {
    ready: reportOf(child),
    run: () => {
      child.send({})
      return reportOf(child)
    },
    close: () => end(child),
  }
}

async function reportOf(child: ChildProcess): Promise<Report> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`)
  })
  const [report] = (await Promise.race([once(child, "message"), died])) as [Report]
  died.catch(() => {})
  return report
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGKILL")
  await exited
}
