import { type Command, Option } from "commander"
import type { WebOptions } from "../actions/web.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parsePort } from "../options/values.js"
import { withWebAccess } from "../options/web.js"

const HELP = `
What the page may do is what the user in --server may: name an administrator of
the manager to see clients and to change configurations. With a broker of this
machine and no user in --server, the secret that your own running metricq up has
left is used.

Without users it is open to everybody on this machine, and to nobody else. With
--data it keeps users, sessions, tokens and the audit log there; see metricq
users. With users everybody logs in, and it may listen for others (--host).
Behind a reverse proxy, name the address that people use with --public-url. One
that asks for a login itself tells who it was with --trusted-header. Through a
provider of OpenID Connect people log in with --oidc, which needs --data.

A line beginning with "ready" tells that it knows the network.`

/** Adds `metricq web`: the page and the HTTP API as a process of its own. */
export function addWeb(program: Command): void {
  const command = program
    .command("web")
    .description("run the web page alone, and the HTTP API behind it")
    .option("--host <address>", "address it listens on; beyond this machine it needs users", "127.0.0.1")
    .option("--http-port <port>", "its port; 0 for any free one", parsePort, 3000)
    .addOption(new Option("--prefix <path>", "path before all its addresses, such as /metricq/").default("/"))
    .option("--data <folder>", "where it keeps users and what they did; without it, nothing is kept")
    .addHelpText("after", HELP)
    .action(async (options: WebOptions) => (await import("../actions/web.js")).runWeb(options))
  withWebAccess(command)
  withConnectionOptions(command, "web")
  withExamples(command, [
    ["metricq web --server amqp://web:secret@rabbit.example.org/", ""],
    ["metricq web --data /var/lib/metricq --oidc oidc.json --public-url https://lab.example.org/", ""],
    ["metricq web --prefix /metricq/ --public-url https://lab.example.org/metricq/", ""],
  ])
}
