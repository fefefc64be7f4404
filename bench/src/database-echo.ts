import { connect } from "amqplib"

/**
 * What a history request costs at least: a plain amqplib program that answers with as many bytes as the request says, in a process of its own.
 *
 * Started with the URL; takes requests from the queue `echo`.
 */
const connection = await connect(process.argv[2] ?? "", { noDelay: true })
const channel = await connection.createChannel()
await channel.assertQueue("echo", { exclusive: true })
const bodies = new Map<number, Buffer>()
await channel.consume("echo", (message) => {
  if (message === null) return
  const bytes = message.content.readUInt32LE(0)
  const body = bodies.get(bytes) ?? Buffer.alloc(bytes, 7)
  bodies.set(bytes, body)
  const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string }
  channel.sendToQueue(replyTo, body, { correlationId })
  channel.ack(message)
})
process.on("disconnect", () => process.exit())
process.send?.({ ready: true })
