import { monitorEventLoopDelay } from "node:perf_hooks"
import { Broker } from "@metricq/broker"
import { consoleLogger } from "@metricq/client"
import { Manager, openDocuments } from "@metricq/manager"
import { connect } from "amqplib"

/**
 * The peer of the manager bench, in a process of its own as in `metricq up`: the manager, its broker unless a URL names one, and a
 * plain amqplib program that echoes, which is what an RPC costs at least.
 *
 * Started with a folder, the number of metrics to begin with, and a URL or "". Says where it is in its first message; every message
 * that it gets asks for the longest stall of its event loop since the last.
 */
const [folder = "", metrics = "0", givenUrl = ""] = process.argv.slice(2)

let url = givenUrl
if (url === "") {
  const broker = new Broker({ port: 0 })
  await broker.start()
  url = `amqp://guest:guest@127.0.0.1:${broker.port}/`
}
const documents = await openDocuments(folder)
await seed(Number(metrics))
const openedAt = performance.now()
const manager = new Manager({ url, documents, logger: consoleLogger("warn") })
await manager.start()
const startMs = performance.now() - openedAt
await echo()
const stalls = monitorEventLoopDelay({ resolution: 1 })
stalls.enable()
process.on("message", () => {
  process.send?.({ stallMs: stalls.max / 1e6 })
  stalls.reset()
})
process.on("disconnect", () => process.exit())
process.send?.({ url, startMs })

/** Metrics as a large installation has them, half of them stored by a database. */
async function seed(count: number): Promise<void> {
  for (let at = 0; at < count; at += 10_000) {
    const names = Array.from({ length: Math.min(10_000, count - at) }, (_, i) => metricName(at + i))
    await documents.update("metadata", names, (name) => ({
      unit: "W",
      rate: 1,
      description: `electrical power of ${name}`,
      date: "2026-11-23T16:44:12.978010+00:00",
      source: "source-lab",
      historic: name.length % 2 === 0,
    }))
  }
}

function metricName(index: number): string {
  return `lab.rack${index % 100}.node${index}.cpu${index % 7}.power`
}

async function echo(): Promise<void> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.assertQueue("echo", { exclusive: true })
  await channel.consume("echo", (message) => {
    if (!message) return
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string }
    channel.sendToQueue(replyTo, message.content, { correlationId })
    channel.ack(message)
  })
}
