import { type Client, Connection, deriveAddress } from "@metricq/client"
import { encodeDataChunk, exchanges, type Timestamp } from "@metricq/protocol"
import type { ConnectionOptions } from "../options/common.js"
import { loggerFor } from "./session.js"

/** One value of one metric at one time. */
export interface Point {
  readonly metric: string
  readonly time: Timestamp
  readonly value: number
}

/**
 * Publish one point to the data exchange and wait until the broker has confirmed it.
 *
 * A source would have to be registered, and so to have a configuration. Where the data goes is learned from a subscription to
 * nothing instead, whose queue is removed again.
 *
 * @returns whether any queue has received it
 */
export async function publishPoint(
  client: Client,
  options: ConnectionOptions,
  point: Point,
  signal: AbortSignal,
): Promise<boolean> {
  const { dataServerAddress, dataQueue } = await client.rpc("sink.subscribe", {
    metrics: [],
    expires: 10,
    metadata: false,
  })
  const connection = new Connection({
    url: deriveAddress(options.server, dataServerAddress),
    name: `data connection ${client.token}`,
    logger: loggerFor(options.verbose),
  })
  await connection.connect({ signal })
  try {
    const channel = await connection.openConfirmChannel()
    let received = true
    channel.on("return", () => {
      received = false
    })
    const body = encodeDataChunk(BigInt64Array.of(point.time.posixNs), Float64Array.of(point.value))
    const properties = { persistent: true, mandatory: true, appId: client.token }
    channel.publish(exchanges.data, point.metric, Buffer.from(body), properties)
    await channel.waitForConfirms()
    await channel.deleteQueue(dataQueue)
    return received
  } finally {
    await connection.close()
  }
}
