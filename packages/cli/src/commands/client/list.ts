import type { Command } from "commander"
import type { ClientListOptions } from "../../actions/client-list.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { collect } from "../../options/values.js"

/** Adds `metricq client list`. */
export function addClientList(client: Command): void {
  const command = client
    .command("list")
    .description("list all clients that the manager has seen, connected now or not")
    .option("--all", "also those with a random suffix: commands and other clients that come and go")
    .option("--label <label>", "only those with this label, key=value or key; can be given more than once", collect, [])
    .option("--json", "a list of objects with all that is known")
    .action(async (options: ClientListOptions) => (await import("../../actions/client-list.js")).listClients(options))
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq client list", ""],
    ["metricq client list --label room=A --label spare", "those that have both"],
  ])
}
