import { type Command, Option } from "commander"
import { fillTemplate } from "./template.js"

/** What every command has. */
export interface CommonOptions {
  /** 0: warnings; 1 (`-v`): what happens; 2 (`-vv`): everything, and the stack of an error. */
  readonly verbose: number
}

/** What every command has that talks to a network. */
export interface ConnectionOptions extends CommonOptions {
  /** Address of the management broker; it may hold a password. */
  readonly server: string
  /** Name this process has in the network. */
  readonly token: string
}

/** The address taken where neither `--server` nor `METRICQ_SERVER` names one. */
export const DEFAULT_SERVER = "amqp://localhost/"

/** Adds `-v` to a command. */
export function withCommonOptions(command: Command): Command {
  return command.addOption(
    new Option("-v, --verbose", "say more on standard error; twice for everything")
      .default(0, "warnings only")
      .argParser((_: string, verbose: number) => verbose + 1),
  )
}

/**
 * Adds `--server`, `--token` and `-v` to a command. `$USER` and `$HOST` in the values are filled in. Without a default token it is
 * the kind of agent.
 */
export function withConnectionOptions(command: Command, defaultToken: string | undefined): Command {
  command.addOption(
    new Option("--server <url>", "broker of the network").default(DEFAULT_SERVER).argParser(fillTemplate),
  )
  const own = defaultToken === undefined ? " (default: that of the kind)" : ""
  const token = new Option("--token <name>", `name of this client in the network; $USER and $HOST are filled in${own}`)
  if (defaultToken !== undefined) token.default(fillTemplate(defaultToken), defaultToken)
  command.addOption(token.argParser(fillTemplate))
  return withCommonOptions(command)
}

/** Shows examples below a command's help, each a line of shell and what it is for. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command {
  const width = Math.max(...examples.map(([line, purpose]) => (purpose === "" ? 0 : line.length)))
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}   ${purpose}`.trimEnd())
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`)
}
