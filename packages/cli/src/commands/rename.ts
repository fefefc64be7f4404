import type { Command } from "commander"
import type { RenameOptions } from "../actions/rename.js"
import { withAdministrationOptions } from "../options/administration.js"
import { withExamples } from "../options/common.js"

const HELP = `
First it is shown who produces, stores and reads the metric, and each
configuration that would change. Then the configurations change as versions with
a note, running agents take them over, databases move the history, and what was
set in its metadata goes along. The first step that fails is the last one: the
same command goes on from there. Dashboards and scripts are not changed.

With --alias the network goes on with OLD, and databases store it under NEW: a
new sensor goes on with the history of the one that it replaces.

A step is left out by the id that is shown before it.`

/** Adds `metricq rename`. */
export function addRename(program: Command): void {
  const command = program
    .command("rename")
    .description("give a metric another name: configurations, history and metadata")
    .argument("<old>", "name of the metric")
    .argument("<new>", "the name that it gets")
    .option("--alias", "leave the metric's name, and store it under the new one")
    .option("--leave-out <id>", "a step that is not to be done; can be given more than once", collect, [])
    .option("--dry-run", "change nothing, only show what would be")
    .option("--yes", "do not ask")
    .option("--json", "the plan, or what became of each step, for programs")
    .addHelpText("after", HELP)
    .action(async (from: string, to: string, options: RenameOptions) =>
      (await import("../actions/rename.js")).renameMetric(from, to, options),
    )
  withAdministrationOptions(command, "rename")
  withExamples(command, [
    ["metricq rename lab.pwr lab.power --dry-run", "what that would mean"],
    ["metricq rename lab.pwr lab.power", "shows it, asks, and does it"],
    ["metricq rename lab.new-sensor lab.power --alias", "its values go on as those of lab.power"],
    ["metricq rename lab.pwr lab.power --leave-out config:transformer-sum", ""],
  ])
}

function collect(id: string, before: readonly string[]): string[] {
  return [...before, id]
}
