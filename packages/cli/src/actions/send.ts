import { checkMetricName, Timestamp } from "@metricq/protocol"
import { publishPoint } from "../network/publish-point.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { timeOf } from "../options/times.js"
import { note } from "../terminal/output.js"

/** Options of `metricq send`. */
export interface SendOptions extends ConnectionOptions {
  readonly timestamp?: string
}

/** Send one point, and say so if nobody receives it. */
export async function send(metric: string, value: number, options: SendOptions): Promise<void> {
  checkMetricName(metric)
  const time = options.timestamp === undefined ? Timestamp.now() : timeOf("--timestamp", options.timestamp)
  const received = await withClient(options, (client, signal) =>
    publishPoint(client, options, { metric, time, value }, signal),
  )
  if (!received) note(`nobody receives ${metric} now: no sink or database has subscribed to it, and the point is gone`)
}
