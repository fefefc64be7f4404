import type { Command } from "commander"
import type { SendOptions } from "../actions/send.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parseValue } from "../options/values.js"

/** Adds `metricq send`: one point, by hand. */
export function addSend(program: Command): void {
  const command = program
    .command("send")
    .description("send one point of a metric; nothing is declared or stored about the metric itself")
    .argument("<metric>", "its name")
    .argument("<value>", "a number, nan or inf; write -- before -inf", parseValue)
    .option(
      "--timestamp <time>",
      "ISO 8601 with a zone, POSIX seconds, epoch, or a duration ago such as -5min (default: now)",
    )
    .action(async (metric: string, value: number, options: SendOptions) =>
      (await import("../actions/send.js")).send(metric, value, options),
    )
  withConnectionOptions(command, "source-$USER-tool-send")
  withExamples(command, [
    ["metricq send lab.door.open 1", "now"],
    ["metricq send lab.temperature -3.5 --timestamp -5min", "five minutes ago"],
  ])
}
