import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addClientLabel } from "./client/label.js"
import { addClientList } from "./client/list.js"

/** Adds `metricq client` and its subcommands: the clients that the manager knows, connected or not. */
export function addClient(program: Command): void {
  const client = program.command("client").description("look at the clients that the manager has seen, and label them")

  for (const add of [addClientList, addClientLabel]) add(client)
  withExamples(client, [
    ["metricq client list", "who was seen, when last, and doing what"],
    ["metricq client label 'source-sysinfo-*' room=A", "find them together from now on"],
    ["metricq client list --label room=A", ""],
  ])
}
