import { type ChildProcess, fork } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { Client, silentLogger } from "@metricq/client"
import { availableKinds, RabbitmqNode, Scope, temporaryFolder } from "@metricq/testkit"
import { type Channel, connect } from "amqplib"
import { isMain, printTable } from "./measure.js"

/**
 * What the manager takes for its work, beside plain amqplib on the same broker in the same run: subscribing and declaring 10,000 metrics, an RPC
 * that does nothing, and questions for metrics. Manager and embedded broker share a process, the client is another.
 *
 * `METRICQ_TEST_BROKERS` chooses brokers, `METRICQ_BENCH_METRICS` the sizes for questions (default 100000,1000000).
 */

const MANY = 10_000
const CALLS = 2_000
const ROUNDS = 3

type Row = string[]

export async function run(): Promise<void> {
  const scope = new Scope()
  try {
    for (const kind of availableKinds()) {
      const url = kind === "rabbitmq" ? await rabbitmq(scope) : ""
      console.log(`\non ${kind === "rabbitmq" ? "RabbitMQ" : "the embedded broker"}, best of ${ROUNDS}\n`)
      printTable(["what", "ms", "raw amqplib ms", "ratio"], await operations(scope, url))
    }
    const sizes = (process.env.METRICQ_BENCH_METRICS ?? "100000,1000000").split(",").map(Number)
    for (const size of sizes) {
      console.log(`\nquestions for metrics, ${size} there are, embedded broker\n`)
      printTable(["get_metrics", "found", "ms", "longest stall ms"], await questions(scope, size))
    }
  } finally {
    await scope.close()
  }
}

async function operations(scope: Scope, brokerUrl: string): Promise<Row[]> {
  const network = await start(scope, 0, brokerUrl)
  const { client } = network
  const raw = await rawChannel(scope, network.url)
  const best = new Map<string, { own: number; peer?: number }>()
  const note = (what: string, own: number, peer?: number) => {
    const before = best.get(what)
    best.set(what, { own: Math.min(own, before?.own ?? own), peer: least(peer, before?.peer) })
  }
  for (let round = 0; round < ROUNDS; round++) {
    const names = Array.from({ length: MANY }, (_, i) => `lab${round}.rack${i % 100}.node${i}.power`)
    const metrics = Object.fromEntries(
      names.map((name) => [name, { unit: "W", rate: 1, description: "electrical power" }]),
    )
    note("declare 10,000 new metrics", await timed(() => client.rpc("source.declare_metrics", { metrics })))
    note("declare them again", await timed(() => client.rpc("source.declare_metrics", { metrics })))
    const queue = `raw-${randomUUID()}`
    await raw.assertQueue(queue, { durable: false, autoDelete: true, expires: 600_000 })
    const binds = await timed(async () => {
      for (const name of names) await raw.bindQueue(queue, "metricq.data", name)
    })
    const unbinds = await timed(async () => {
      for (const name of names) await raw.unbindQueue(queue, "metricq.data", name)
    })
    let dataQueue = ""
    const subscribe = await timed(async () => {
      dataQueue = (await client.rpc("sink.subscribe", { metrics: names, metadata: false })).dataQueue
    })
    note("subscribe 10,000 metrics", subscribe, binds)
    note("… with metadata", await timed(() => client.rpc("sink.subscribe", { metrics: names, dataQueue })), binds)
    note("unsubscribe them", await timed(() => client.rpc("sink.unsubscribe", { metrics: names, dataQueue })), unbinds)
    await raw.deleteQueue(dataQueue)
    const calls = await perCall(() => client.rpc("sink.release", { dataQueue: "x" }))
    const echo = await rawCaller(scope, network.url)
    note("RPC that does nothing", calls, await perCall(echo))
  }
  network.process.kill()
  return [...best].map(([what, { own, peer }]) => [
    what,
    own.toFixed(own < 10 ? 2 : 0),
    peer === undefined ? "" : peer.toFixed(peer < 10 ? 2 : 0),
    peer === undefined ? "" : (own / peer).toFixed(2),
  ])
}

async function questions(scope: Scope, size: number): Promise<Row[]> {
  const network = await start(scope, size, "")
  const { client } = network
  const asked: [string, Record<string, string | number | boolean>][] = [
    ['infix "node77", limit 100', { infix: "node77", limit: 100 }],
    ["infix that is rare, historic", { infix: `node${size - 2}`, historic: true }],
    ["infix that is nowhere", { infix: "nowhere" }],
    ['prefix "lab.rack42."', { prefix: "lab.rack42." }],
    ["prefix with documents", { prefix: "lab.rack42.node1", format: "object" }],
    ["regex cpu3\\.power$, limit 1000", { selector: "cpu3\\.power$", limit: 1000 }],
    ["regex (7{3}|8{3})\\.cpu, over all", { selector: "(7{3}|8{3})\\.cpu" }],
    ["regex ^lab\\.rack42\\., over all", { selector: "^lab\\.rack42\\." }],
    ["all names, limit 100000", { limit: 100_000 }],
  ]
  const rows: Row[] = [[`(start of the manager)`, "", network.startMs.toFixed(0), ""]]
  for (const [what, args] of asked) {
    let ms = Number.POSITIVE_INFINITY
    let found = 0
    await network.stallMs()
    for (let round = 0; round < ROUNDS; round++) {
      const took = await timed(async () => {
        const { metrics } = await client.rpc("get_metrics", args)
        found = Object.keys(metrics ?? {}).length
      })
      ms = Math.min(ms, took)
    }
    rows.push([what, String(found), ms.toFixed(1), (await network.stallMs()).toFixed(1)])
  }
  network.process.kill()
  return rows
}

interface BenchNetwork {
  url: string
  startMs: number
  client: Client
  process: ChildProcess
  stallMs(): Promise<number>
}

async function start(scope: Scope, metrics: number, brokerUrl: string): Promise<BenchNetwork> {
  const folder = await temporaryFolder(scope)
  const child = fork(new URL("./manager-process.js", import.meta.url), [folder, String(metrics), brokerUrl])
  scope.onTestFinished(() => child.kill())
  const [{ url, startMs }] = (await once(child, "message")) as [{ url: string; startMs: number }]
  const client = new Client({ token: `client-${randomUUID()}`, url, logger: silentLogger })
  await client.connect()
  scope.onTestFinished(() => client.stop())
  const stallMs = async () => {
    child.send("stall")
    const [answer] = (await once(child, "message")) as [{ stallMs: number }]
    return answer.stallMs
  }
  return { url, startMs, client, process: child, stallMs }
}

async function rabbitmq(scope: Scope): Promise<string> {
  const node = await RabbitmqNode.start()
  scope.onTestFinished(() => node.stop())
  return `amqp://${node.address.user}:${node.address.password}@127.0.0.1:${node.address.amqpPort}/`
}

async function rawChannel(scope: Scope, url: string): Promise<Channel> {
  const connection = await connect(url, { noDelay: true })
  connection.on("error", () => {}) // the broker may end before us
  scope.onTestFinished(() => connection.close().catch(() => {}))
  return connection.createChannel()
}

/** A request and its answer by nothing but amqplib. */
async function rawCaller(scope: Scope, url: string): Promise<() => Promise<unknown>> {
  const channel = await rawChannel(scope, url)
  const { queue } = await channel.assertQueue("", { exclusive: true })
  let answered: (value: unknown) => void = () => {}
  await channel.consume(queue, (message) => {
    if (message) channel.ack(message)
    answered(message)
  })
  const body = Buffer.from('{"function": "sink.release", "dataQueue": "x"}')
  return () =>
    new Promise((resolve) => {
      answered = resolve
      channel.sendToQueue("echo", body, { replyTo: queue, correlationId: "1" })
    })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function perCall(call: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 200; i++) await call()
  const total = await timed(async () => {
    for (let i = 0; i < CALLS; i++) await call()
  })
  return total / CALLS
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

if (isMain(import.meta.url)) await run()
