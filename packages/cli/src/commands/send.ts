import type { Timestamp } from "@metricq/protocol"
import type { Command } from "commander"
import { type ConnectionOptions, withConnectionOptions, withExamples } from "../options/common.js"
import { parseTime, parseValue } from "../options/values.js"

interface SendOptions extends ConnectionOptions {
  readonly timestamp?: Timestamp
}

/** Adds `metricq send`: one point, by hand. */
export function addSend(program: Command): void {
  const command = program
    .command("send")
    .description("send one point of a metric; nothing is declared or stored about the metric itself")
    .argument("<metric>", "its name")
    .argument("<value>", "a number, nan, inf or -inf; write -- before a negative one", parseValue)
    .option(
      "--timestamp <time>",
      "ISO 8601 with a zone, POSIX seconds, epoch, or a duration ago such as -5min (default: now)",
      parseTime,
    )
    .action(run)
  withConnectionOptions(command, "source-$USER-tool-send")
  withExamples(command, [
    ["metricq send lab.door.open 1", "now"],
    ["metricq send lab.temperature --timestamp=-5min -- -3.5", "five minutes ago, below zero"],
  ])
}

async function run(metric: string, value: number, options: SendOptions): Promise<void> {
  const [{ withClient }, { publishPoint }, { checkMetricName, Timestamp }, output] = await Promise.all([
    import("../network/session.js"),
    import("../network/publish-point.js"),
    import("@metricq/protocol"),
    import("../terminal/output.js"),
  ])
  checkMetricName(metric)
  const time = options.timestamp ?? Timestamp.now()
  const received = await withClient(options, (client, signal) =>
    publishPoint(client, options, { metric, time, value }, signal),
  )
  if (!received)
    output.note(`nobody receives ${metric} now: no sink or database has subscribed to it, and the point is gone`)
}
