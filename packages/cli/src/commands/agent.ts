import { Argument, type Command } from "commander"
import { UsageError } from "../errors.js"
import { type ConnectionOptions, withConnectionOptions, withExamples } from "../options/common.js"

interface AgentOptions extends Omit<ConnectionOptions, "token"> {
  readonly token?: string
  readonly list?: boolean
  readonly check?: string
  readonly once?: boolean
  readonly config?: string
}

/** Adds `metricq agent`: one agent as a process of its own. */
export function addAgent(program: Command): void {
  const command = program
    .command("agent")
    .description("run an agent, or try its configuration")
    .addArgument(new Argument("[kind]", "kind of agent, as --list names it"))
    .option("--list", "list the kinds of agents")
    .option("--check <file>", "only check a configuration; - is standard input")
    .option("--once", "poll once, print what would be sent, and end")
    .option("--config <file>", "configuration for --once (default: the stored one of the token)")
    .addHelpText(
      "after",
      "\nIt gets its configuration from the manager. The token is that of the kind unless --token says otherwise.",
    )
    .action(run)
  withConnectionOptions(command, undefined)
  withExamples(command, [
    ["metricq agent --list", ""],
    ["metricq agent source-sysinfo --token source-$HOST", "run it"],
    ["metricq agent source-sysinfo --check sysinfo.json", "exit code 1 if it is wrong"],
    ["metricq agent source-sysinfo --once --config sysinfo.json", "see what it would send"],
  ])
}

async function run(kind: string | undefined, options: AgentOptions): Promise<void> {
  const { listKinds, checkFile, pollOnce, runAgent } = await import("../agent/run-agent.js")
  if (options.list) return listKinds()
  if (kind === undefined) throw new UsageError("name a kind of agent; metricq agent --list shows them")
  if (options.check !== undefined) return checkFile(kind, options.check)
  const named = { ...options, token: options.token ?? kind }
  if (options.once) return pollOnce(kind, named)
  if (options.config !== undefined) throw new UsageError("--config is for --once; a running agent asks the manager")
  await runAgent(kind, named)
}
