import type { Command } from "commander"
import type { ManagerOptions } from "../actions/manager.js"
import { DEFAULT_SERVER, withCommonOptions, withExamples } from "../options/common.js"
import { COUCHDB_HELP, withDocuments } from "../options/documents.js"
import { fillTemplate } from "../options/template.js"
import { parseAdministrators } from "../options/users.js"
import { withVersionOptions } from "../options/versions.js"

/** Adds `metricq manager`: the manager as a process of its own. */
export function addManager(program: Command): void {
  const command = program
    .command("manager")
    .description("run the manager alone: it keeps configurations and metadata, and connects clients")
  withDocuments(command, undefined)
  command
    .option(
      "--server <url>",
      "broker of the network, with a user that may declare exchanges",
      fillTemplate,
      DEFAULT_SERVER,
    )
    .option(
      "--data-url <url>",
      "where clients send data: amqp://…, or vhost:NAME on the same broker (default: the same vhost)",
    )
    .option("--administrators <names>", "users that may change configurations, with commas", parseAdministrators, [])
    .addHelpText("after", `${COUCHDB_HELP}\n`)
    .addHelpText("after", 'A line beginning with "ready" tells that it answers.')
    .action(async (options: ManagerOptions) => (await import("../actions/manager.js")).runManager(options))
  withVersionOptions(command)
  withCommonOptions(command)
  withExamples(command, [
    ["metricq manager --documents ./documents --administrators alice,bob", ""],
    ["metricq manager --documents https://couch.example.org/ --documents-user metricq:couch.password", ""],
    ["METRICQ_SERVER=amqps://manager:secret@rabbit.example.org/ metricq manager --documents ./documents", ""],
  ])
}
