import { Command, Help, type Option } from "commander"
import { addAgent } from "./commands/agent.js"
import { addBroker } from "./commands/broker.js"
import { addClient } from "./commands/client.js"
import { addCompletion } from "./commands/completion.js"
import { addConfig } from "./commands/config.js"
import { addDiscover } from "./commands/discover.js"
import { addManager } from "./commands/manager.js"
import { addMetrics } from "./commands/metrics.js"
import { addSend } from "./commands/send.js"
import { addUp } from "./commands/up.js"
import { addWatch } from "./commands/watch.js"
import { withExamples } from "./options/common.js"

/** Thrown out of the parser when `--version` is met, wherever it stands. */
export class VersionRequested extends Error {}

const FOOTER = `
Every option that takes a value can also be set as an environment variable, --amqp-port as METRICQ_AMQP_PORT for
example, or as a line of a file .metricq in the working or the home folder. Options win over the environment, the
environment over files.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`

/**
 * The command `metricq` with all its subcommands.
 *
 * Building it loads no service and opens nothing: each command loads what it needs when it runs. Wrong usage is written to
 * standard error as one line, and thrown as commander's `CommanderError`.
 */
export function createProgram(): Command {
  const program = new Command("metricq")
    .description("Carries measurements from the machines that measure to everyone who wants them.")
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .option("--version", "print the versions of the command, the protocol and the files on disk")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", FOOTER)
  program.on("option:version", () => {
    throw new VersionRequested()
  })
  for (const add of [addUp, addMetrics, addWatch, addSend, addDiscover, addConfig, addClient]) add(program)
  for (const add of [addAgent, addBroker, addManager, addCompletion]) add(program)
  prepare(program, "metricq")
  return withExamples(program, [
    ["metricq up", "a whole network on this machine"],
    ["metricq watch '**.cpu.usage'", "its values as they come"],
    ["metricq config edit source-sysinfo", "change what an agent does"],
    ["metricq watch --help", "more about one command"],
  ])
}

/** Gives a command, and those below it, its environment variables and its way to tell of wrong usage. */
function prepare(command: Command, name: string): void {
  command.configureOutput({ outputError: (text, write) => write(usageLine(text, name)) })
  for (const option of command.options) {
    const takesValue = option.required || option.optional
    if (takesValue && !REPEATED.has(option.long ?? "") && option.long) {
      option.env(`METRICQ_${option.long.slice(2).replaceAll("-", "_").toUpperCase()}`)
    }
  }
  for (const each of command.commands) prepare(each, `${name} ${each.name()}`)
}

/** Options that can be given more than once, which a variable cannot. */
const REPEATED = new Set(["--user"])

/** `error: unknown option '--x'\n(Did you mean --y?)` as one line of ours. */
function usageLine(text: string, command: string): string {
  const problem = text
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .trim()
  return `metricq: ${problem}; see ${command} --help\n`
}

/** The environment is told once, below; with each option it would be noise. */
function describeOption(option: Option): string {
  const shown: Option = Object.create(option, { envVar: { value: undefined } })
  return Help.prototype.optionDescription.call(new Help(), shown)
}
