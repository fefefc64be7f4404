import type { Command } from "commander"
import { withConnectionOptions } from "./common.js"

const HELP = `
Needs an administrator. With a broker of this machine and no user in --server,
the secret that your own running metricq up has left is used; otherwise name an
administrator: --server amqp://user:password@host/`

/** {@link withConnectionOptions} for a command that only administrators may use, and a word on how to be one. `tool` is the end of its token. */
export function withAdministrationOptions(command: Command, tool = "config"): Command {
  return withConnectionOptions(command, `management-$USER-tool-${tool}`).addHelpText("after", HELP)
}
