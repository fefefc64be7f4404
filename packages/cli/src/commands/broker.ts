import type { Command } from "commander"
import type { BrokerOptions } from "../actions/broker.js"
import { withCommonOptions, withExamples } from "../options/common.js"
import { repeated } from "../options/users.js"
import { parsePort } from "../options/values.js"

/** Adds `metricq broker`: the embedded AMQP broker as a process of its own. */
export function addBroker(program: Command): void {
  const command = program
    .command("broker")
    .description("run the AMQP 0-9-1 broker alone; it knows nothing of MetricQ and serves any client")
    .option("--host <address>", "address to listen on; beyond loopback it needs --user", "127.0.0.1")
    .option("--port <port>", "port to listen on; 0 for any free one", parsePort, 5672)
    .option("--data <folder>", "keep durable exchanges, queues, bindings and users here (default: nothing is kept)")
    .option("--user <name:file>", "user and the file with its password, instead of guest; repeatable", repeated)
    .addHelpText("after", '\nA line beginning with "ready" tells that it listens. Messages are kept in memory\nonly.')
    .action(async (options: BrokerOptions) => (await import("../actions/broker.js")).runBroker(options))
  withCommonOptions(command)
  withExamples(command, [
    ["metricq broker", "on amqp://127.0.0.1:5672/, user guest"],
    ["metricq broker --host 0.0.0.0 --data /var/lib/broker --user lab:lab.password", ""],
  ])
}
