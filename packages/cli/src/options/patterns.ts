import type { Command } from "commander"

/** Adds the argument of commands that do something with metrics. */
export function withPatterns(command: Command): Command {
  return command.argument("<pattern...>", "names, globs (* within a component, ** across) or /regular expressions/")
}

/** Adds the options of commands that change metrics. */
export function withChangeOptions(command: Command): Command {
  return command
    .option("--dry-run", "change nothing, only say which metrics it would be")
    .option("--json", "a list of the metrics, for programs")
}
