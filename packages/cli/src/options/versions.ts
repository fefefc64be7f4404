import { type Command, InvalidArgumentError, Option } from "commander"
import { parseCount } from "./values.js"

/** How long the manager of a command keeps versions of configurations. */
export interface VersionOptions {
  readonly configVersions: number
  readonly configDays?: number
}

/** Adds `--config-versions` and `--config-days`. */
export function withVersionOptions(command: Command): Command {
  const versions = "versions kept of each configuration; the oldest go first"
  const days = "days a version is kept after it was replaced (default: until there are too many)"
  return command
    .addOption(new Option("--config-versions <count>", versions).default(1000).argParser(atMost(100_000)))
    .addOption(new Option("--config-days <days>", days).argParser(atMost(36_500)))
}

function atMost(most: number): (text: string) => number {
  return (text) => {
    const count = parseCount(text)
    if (count > most) throw new InvalidArgumentError(`Expected at most ${most}.`)
    return count
  }
}
