import { type Command, Option } from "commander"
import type { WebOptions } from "../actions/web.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parsePort } from "../options/values.js"

const HELP = `
What the page may do is what the user in --server may: name an administrator of
the manager to see clients and to change configurations. With a broker of this
machine and no user in --server, the secret that your own running metricq up has
left is used.

It has no accounts, so it listens on this machine only. For others, put a
reverse proxy before it that asks for a login, and name its address with
--public-url.

A line beginning with "ready" tells that it knows the network.`

/** Adds `metricq web`: the page and the HTTP API as a process of its own. */
export function addWeb(program: Command): void {
  const command = program
    .command("web")
    .description("run the web page alone, and the HTTP API behind it")
    .option("--host <address>", "address it listens on; only of this machine", "127.0.0.1")
    .option("--http-port <port>", "its port; 0 for any free one", parsePort, 3000)
    .addOption(new Option("--prefix <path>", "path before all its addresses, such as /metricq/").default("/"))
    .option("--public-url <url>", "where people reach it through a reverse proxy")
    .addHelpText("after", HELP)
    .action(async (options: WebOptions) => (await import("../actions/web.js")).runWeb(options))
  withConnectionOptions(command, "web")
  withExamples(command, [
    ["metricq web --server amqp://web:secret@rabbit.example.org/", ""],
    ["metricq web --prefix /metricq/ --public-url https://lab.example.org/metricq/", ""],
  ])
}
