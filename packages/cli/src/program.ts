import type { Command } from "commander"
import { addAgent } from "./commands/agent.js"
import { addBroker } from "./commands/broker.js"
import { addCheck } from "./commands/check.js"
import { addClient } from "./commands/client.js"
import { addCompletion } from "./commands/completion.js"
import { addConfig } from "./commands/config.js"
import { addDatabase } from "./commands/database.js"
import { addDb } from "./commands/db.js"
import { addDiscover } from "./commands/discover.js"
import { addEnergy } from "./commands/energy.js"
import { addExport } from "./commands/export.js"
import { addHistory } from "./commands/history.js"
import { addImport } from "./commands/import.js"
import { addManager } from "./commands/manager.js"
import { addMetadata } from "./commands/metadata.js"
import { addMetrics } from "./commands/metrics.js"
import { addRename } from "./commands/rename.js"
import { addSend } from "./commands/send.js"
import { addUp } from "./commands/up.js"
import { addUsers } from "./commands/users.js"
import { addWatch } from "./commands/watch.js"
import { addWeb } from "./commands/web.js"
import { withExamples } from "./options/common.js"
import { MetricqCommand } from "./options/metricq-command.js"

/** Thrown out of the parser when `--version` is met, wherever it stands. */
export class VersionRequested extends Error {}

const FOOTER = `
Every option that takes a value can also be set as an environment variable,
--amqp-port as METRICQ_AMQP_PORT for example, or as a line of a file .metricq in
the working or the home folder. Options win over the environment, the
environment over files.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`

/**
 * The command `metricq` with all its subcommands.
 *
 * Building it loads no service and opens nothing: each command loads what it needs when it runs. Wrong usage is written to
 * standard error as one line, and thrown as commander's `CommanderError`.
 */
export function createProgram(): Command {
  const program = new MetricqCommand("metricq")
    .description("Carries measurements from the machines that measure to everyone who wants them.")
    .option("--version", "print the versions of the command, the protocol and the files on disk")
    .addHelpText("after", FOOTER)
  program.on("option:version", () => {
    throw new VersionRequested()
  })
  for (const add of [addUp, addMetrics, addWatch, addHistory, addEnergy, addCheck, addSend]) add(program)
  for (const add of [addMetadata, addRename, addDiscover, addConfig, addClient, addDb, addImport, addExport])
    add(program)
  for (const add of [addAgent, addBroker, addManager, addDatabase, addWeb, addUsers, addCompletion]) add(program)
  return withExamples(program, [
    ["metricq up", "a whole network on this machine"],
    ["metricq watch '**.cpu.usage'", "its values as they come"],
    ["metricq history '**.cpu.usage'", "and those of the last hour"],
    ["metricq config edit source-sysinfo", "change what an agent does"],
    ["metricq watch --help", "more about one command"],
  ])
}
