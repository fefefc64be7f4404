import type { Command } from "commander"
import { withAdministrationOptions } from "../options/administration.js"
import { type ConnectionOptions, withExamples } from "../options/common.js"

/** Adds `metricq client list`: the clients that the manager knows, connected or not. */
export function addClient(program: Command): void {
  const client = program.command("client").description("look at the clients that the manager has seen")

  withExamples(client, [["metricq client list", "who was seen, when last, and doing what"]])
  const list = client
    .command("list")
    .description("list all clients that the manager has seen, connected now or not")
    .option("--all", "also those with a random suffix: commands and other clients that come and go")
    .option("--json", "a list of objects with all that is known")
    .action(run)
  withAdministrationOptions(list)
  withExamples(list, [["metricq client list", ""]])
}

/** What clients append that may run many times at once. */
const RANDOM_SUFFIX = /\.[0-9a-f]{32}$/

interface ListOptions extends ConnectionOptions {
  readonly all?: boolean
  readonly json?: boolean
}

async function run(options: ListOptions): Promise<void> {
  const [{ withClient }, output] = await Promise.all([import("../network/session.js"), import("../terminal/output.js")])
  const answer = await withClient(options, (client) => client.rpc("client.list", {}), { administrator: true })
  const clients = answer.clients.filter(({ token }) => options.all || !RANDOM_SUFFIX.test(token))
  if (options.json) return output.printJson(clients)
  output.printTable(
    [
      { title: "token" },
      { title: "last seen" },
      { title: "last function" },
      { title: "configuration" },
      { title: "first seen" },
    ],
    clients.map(({ token, lastSeen, lastFunction, config, firstSeen }) => [
      token,
      lastSeen,
      lastFunction,
      config ? "yes" : "no",
      firstSeen,
    ]),
  )
}
