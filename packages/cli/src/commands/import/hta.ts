import { type Command, Option } from "commander"
import type { HtaImportOptions } from "../../actions/import.js"
import { withExamples } from "../../options/common.js"
import { withImportOptions } from "../../options/import.js"

/** Adds `metricq import hta`. */
export function addImportHta(program: Command): void {
  const command = program
    .command("hta")
    .description("import an archive of metricq-db-hta: its points, and how they are aggregated")
    .argument("<archive>", "folder with a folder for each metric")
    .addOption(
      new Option("--unordered <what>", "points of damaged files that are not later than the one before")
        .choices(["keep", "drop"])
        .default("keep"),
    )
    .option("--check-levels", "compare the level files with the points as well, and tell what differs")
    .addHelpText(
      "after",
      "\nDamaged files are read as far as they go, and told. The archive may be in use: a\nlater run takes in what has been added.",
    )
    .action(async (archive: string, options: HtaImportOptions) =>
      (await import("../../actions/import.js")).importArchive(archive, options),
    )
  withImportOptions(command, "folder")
  withExamples(command, [
    ["metricq import hta /var/hta", "everything"],
    ["metricq import hta /var/hta --select 'elab.**' --strip elab. --prefix lab.", "some, under other names"],
    ["metricq import hta /var/hta --folder ./timeline --json", "without a network"],
  ])
}
