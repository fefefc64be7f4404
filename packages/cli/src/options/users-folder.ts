import { homedir } from "node:os"
import { type Command, Option } from "commander"
import { defaultDataFolder } from "../settings/data-folder.js"
import { type CommonOptions, withCommonOptions } from "./common.js"

/** What every command has that looks after the users of the page. */
export interface UsersOptions extends CommonOptions {
  /** The folder of `metricq up` or `metricq web`. */
  readonly data: string
}

const HELP = `
The web server need not run; one that does takes notice within half a second.`

/** Adds the folder whose users are meant. */
export function withUsersFolder(command: Command): Command {
  command.addOption(dataOption("folder that metricq up or metricq web keeps everything in")).addHelpText("after", HELP)
  return withCommonOptions(command)
}

/** `--data`, with the folder that is meant unless another is named. */
export function dataOption(description: string): Option {
  const folder = defaultDataFolder(process.env, homedir())
  return new Option("--data <folder>", description).default(folder, "$XDG_DATA_HOME/metricq or ~/.local/share/metricq")
}

/** Adds how a password is given. */
export function withPasswordOption(command: Command): Command {
  return command.option("--password-stdin", "read the password from standard input, instead of asking for it")
}
