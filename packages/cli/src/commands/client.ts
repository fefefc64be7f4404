import type { Command } from "commander"
import type { ClientListOptions } from "../actions/client-list.js"
import { withAdministrationOptions } from "../options/administration.js"
import { withExamples } from "../options/common.js"

/** Adds `metricq client list`: the clients that the manager knows, connected or not. */
export function addClient(program: Command): void {
  const client = program.command("client").description("look at the clients that the manager has seen")

  withExamples(client, [["metricq client list", "who was seen, when last, and doing what"]])
  const list = client
    .command("list")
    .description("list all clients that the manager has seen, connected now or not")
    .option("--all", "also those with a random suffix: commands and other clients that come and go")
    .option("--json", "a list of objects with all that is known")
    .action(async (options: ClientListOptions) => (await import("../actions/client-list.js")).listClients(options))
  withAdministrationOptions(list)
  withExamples(list, [["metricq client list", ""]])
}
