import { Argument, type Command } from "commander"
import type { AgentOptions } from "../actions/agent.js"
import { withConnectionOptions, withExamples } from "../options/common.js"

/** Adds `metricq agent`: one agent as a process of its own. */
export function addAgent(program: Command): void {
  const command = program
    .command("agent")
    .description("run an agent, or try its configuration")
    .addArgument(new Argument("[kind]", "kind of agent, as --list names it"))
    .argument("[words...]", "options of --discover: name=value")
    .option("--list", "list the kinds of agents")
    .option("--check <file>", "only check a configuration; - is standard input")
    .option("--once", "poll once, print what would be sent, and end")
    .option("--discover", "look around for devices, and print a configuration to start from")
    .option("--secrets-dir <dir>", 'folder of the files that {"$file": "name"} in a configuration means')
    .option("--allow <file>", "what configurations may run on this machine: commands, plugins")
    .option("--state-dir <dir>", "where it keeps what it need not find out again after a restart")
    .option("--config <file>", "configuration for --once (default: the stored one of the token)")
    .addHelpText(
      "after",
      "\nIt gets its configuration from the manager. Without --token, it has the name of its\nkind.",
    )
    .action(async (kind: string | undefined, words: readonly string[], options: AgentOptions) =>
      (await import("../actions/agent.js")).agent(kind, words, options),
    )
  withConnectionOptions(command, undefined)
  withExamples(command, [
    ["metricq agent --list", ""],
    ["metricq agent source-sysinfo --token source-$HOST", "run it"],
    ["metricq agent source-sysinfo --check sysinfo.json", "exit code 1 if it is wrong"],
    ["metricq agent source-sysinfo --once --config sysinfo.json", "see what it would send"],
    ["metricq agent source-ipmi --secrets-dir /etc/metricq/secrets", ""],
  ])
}
