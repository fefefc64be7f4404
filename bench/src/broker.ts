import { fork } from "node:child_process"
import { readFileSync } from "node:fs"
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises"
import { RabbitmqNode } from "@metricq/testkit"
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from "amqplib"
import { isMain, printTable } from "./measure.js"

const ROUNDS = 3
const PREFETCH = 400
/** Messages that the publisher may be ahead of the consumer. */
const LEAD = 20_000
/** The kernel counts CPU time in hundredths of a second. */
const TICK_US = 10_000

interface Work {
  title: string
  messages: number
  bytes: number
  confirms: boolean
  /** Acknowledge this many at once. */
  batch: number
}

const works: Work[] = [
  { title: "100 B, ack each", messages: 100_000, bytes: 100, confirms: false, batch: 1 },
  { title: "100 B, confirms, ack each", messages: 100_000, bytes: 100, confirms: true, batch: 1 },
  { title: "100 B, confirms, ack 64", messages: 100_000, bytes: 100, confirms: true, batch: 64 },
  { title: "1 kB, confirms, ack 64", messages: 60_000, bytes: 1000, confirms: true, batch: 64 },
  { title: "10 kB, confirms, ack 64", messages: 20_000, bytes: 10_000, confirms: true, batch: 64 },
]

/** A broker in another process. */
interface Peer {
  name: string
  url: string
  pid: number
  stop(): Promise<void>
}

/**
 * CPU that the broker spends on a message published to a topic exchange, routed to a transient queue, consumed and acknowledged: ours beside
 * RabbitMQ (where it is installed), in turns. Then what routing costs with 100 and with 100 000 bindings.
 */
export async function run(): Promise<void> {
  const peers = [await ourBroker(), await rabbitmq()].filter((peer) => peer !== undefined)
  try {
    printTable(
      ["µs broker CPU a message", ...peers.map(({ name }) => name), "ratio", ...peers.map(({ name }) => `${name} k/s`)],
      await rowsFor(peers),
    )
  } finally {
    for (const peer of peers) await peer.stop()
  }
  console.log()
  await runRouting()
}

async function rowsFor(peers: Peer[]): Promise<string[][]> {
  const rows: string[][] = []
  for (const work of works) {
    const results = peers.map(() => ({ cpuUs: [] as number[], rates: [] as number[] }))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, peer] of peers.entries()) {
        const { cpuUs, rate } = await load(peer, work)
        results[index]?.cpuUs.push(cpuUs)
        results[index]?.rates.push(rate)
      }
    }
    const cpu = results.map(({ cpuUs }) => median(cpuUs))
    const [ours = Number.NaN, theirs] = cpu
    const ratio = theirs === undefined ? "" : `${(theirs / ours).toFixed(1)}x`
    rows.push([
      work.title,
      ...cpu.map((us) => us.toFixed(1)),
      ratio,
      ...results.map(({ rates }) => median(rates).toFixed(0)),
    ])
  }
  return rows
}

async function load(peer: Peer, work: Work): Promise<{ cpuUs: number; rate: number }> {
  const [sending, receiving] = [await connect(peer.url, { noDelay: true }), await connect(peer.url, { noDelay: true })]
  const publisher = work.confirms ? await sending.createConfirmChannel() : await sending.createChannel()
  const consumer = await receiving.createChannel()
  await consumer.assertExchange("bench", "topic", { durable: false })
  const { queue } = await consumer.assertQueue("", { exclusive: true })
  await consumer.bindQueue(queue, "bench", "bench.#")
  await consumer.prefetch(PREFETCH)
  await pump(publisher, consumer, queue, { ...work, messages: work.messages / 5 })
  const cpu = cpuUsOf(peer.pid)
  const began = performance.now()
  await pump(publisher, consumer, queue, work)
  const rate = work.messages / (performance.now() - began)
  const cpuUs = (cpuUsOf(peer.pid) - cpu) / work.messages
  await closeAll(sending, receiving)
  return { cpuUs, rate }
}

async function pump(publisher: Channel | ConfirmChannel, consumer: Channel, queue: string, work: Work): Promise<void> {
  const body = Buffer.alloc(work.bytes, 7)
  let taken = 0
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { consumerTag } = await consumer.consume(queue, (message) => {
    if (message === null) return
    taken++
    if (taken % work.batch === 0 || taken === work.messages) consumer.ack(message, work.batch > 1)
    if (taken === work.messages) finish()
  })
  for (let index = 0; index < work.messages; index++) {
    const drained = publisher.publish("bench", `bench.node${index % 100}.power`, body)
    if (!drained) await new Promise((resolve) => publisher.once("drain", resolve))
    while (index - taken > LEAD) await turn()
  }
  await finished
  if ("waitForConfirms" in publisher) await publisher.waitForConfirms()
  await consumer.cancel(consumerTag)
}

async function closeAll(...connections: ChannelModel[]): Promise<void> {
  for (const connection of connections) await connection.close()
}

async function ourBroker(): Promise<Peer> {
  const child = fork(new URL("./broker-child.js", import.meta.url))
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve((message as { port: number }).port))
    child.once("exit", (code) => reject(new Error(`the broker ended with code ${code}`)))
  })
  const stop = async () => {
    child.disconnect()
  }
  return { name: "ours", url: `amqp://127.0.0.1:${port}`, pid: child.pid as number, stop }
}

async function rabbitmq(): Promise<Peer | undefined> {
  let node: RabbitmqNode
  try {
    node = await RabbitmqNode.start()
  } catch (error) {
    console.log(`left out: RabbitMQ (${(error as Error).message.split("\n")[0]})`)
    return undefined
  }
  const { amqpPort, user, password } = node.address
  const url = `amqp://${user}:${password}@127.0.0.1:${amqpPort}`
  return { name: "RabbitMQ", url, pid: await pidOf(node), stop: () => node.stop() }
}

/** The node's own process number, which its HTTP API tells some seconds after the start. */
async function pidOf({ address: { httpPort, user, password } }: RabbitmqNode): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${httpPort}/api/nodes`, { headers: { authorization } })
    const [node] = (await response.json()) as [{ os_pid?: string }?]
    if (node?.os_pid !== undefined) return Number(node.os_pid)
    await sleep(200)
  }
}

/** User and system time of a process so far. */
function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** CPU of our broker on a message through a topic exchange with few and with many bindings; the queue keeps only the last ten. */
async function runRouting(): Promise<void> {
  const rows: string[][] = []
  for (const ending of ["power", "*"]) {
    const costs = [await routingCost(ending, 100), await routingCost(ending, 100_000)] as const
    const title = ending === "*" ? "patterns: lab.rack7.node123.*" : "keys: lab.rack7.node123.power"
    rows.push([title, ...costs.map((us) => us.toFixed(2)), `${(costs[1] / costs[0]).toFixed(2)}x`])
  }
  printTable(["µs broker CPU a message, by bindings", "100", "100 000", "ratio"], rows)
}

async function routingCost(ending: string, bindings: number): Promise<number> {
  const peer = await ourBroker()
  const connection = await connect(peer.url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  const { queue } = await channel.assertQueue("", { exclusive: true, arguments: { "x-max-length": 10 } })
  const key = (index: number, last: string) => `lab.rack${index % 97}.node${index}.${last}`
  for (let index = 0; index < bindings; index++) await channel.bindQueue(queue, "amq.topic", key(index, ending))
  const keys = Array.from({ length: 10_000 }, (_, index) => key((index * 7919) % bindings, "power"))
  const body = Buffer.alloc(100)
  const send = async () => {
    for (const each of keys) channel.publish("amq.topic", each, body)
    await channel.waitForConfirms()
  }
  for (let round = 0; round < 5; round++) await send()
  const cpu = cpuUsOf(peer.pid)
  for (let round = 0; round < 20; round++) await send()
  const us = (cpuUsOf(peer.pid) - cpu) / (20 * keys.length)
  await connection.close()
  await peer.stop()
  return us
}

if (isMain(import.meta.url)) await run()
