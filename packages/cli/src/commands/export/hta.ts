import type { Command } from "commander"
import type { HtaExportOptions } from "../../actions/export.js"
import { withConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

const HELP = `
The archive is what metricq-db-hta would have written after the same points. Its
aggregation is that of the store with --folder; over the network, what suits the
distance of the points, unless it is said.

The format has no gaps: NaN is left out, and a value holds back to the point
before, however long. It fills gaps with rows of 56 bytes; one that would take
more than --max-gap-rows ends the export of its metric, with a word on what to do.
Metrics that the archive has already are not written again.`

/** Adds `metricq export hta`. */
export function addExportHta(program: Command): void {
  const command = program
    .command("hta")
    .description("write an archive that metricq-db-hta and its tools read")
    .argument("<archive>", "folder to write to; made if it is missing")
    .argument("<metric...>", "globs (* within a component, ** across) or /regular expressions/")
    .option("--from <time>", "points from then on (default: all)")
    .option("--to <time>", "points before then (default: now)")
    .option("--interval-min <duration>", "rows of the first level")
    .option("--interval-max <duration>", "rows of the last level are at most that long")
    .option("--interval-factor <number>", "from one level to the next", parseCount)
    .option("--max-gap-rows <count>", "longest gap, in rows of the first level", parseCount, 5_000_000)
    .option("--json", "print what was written as JSON")
    .option("--folder <folder>", "read the store in this folder, which no database uses now")
    .addHelpText("after", HELP)
    .action(async (archive: string, metrics: string[], options: HtaExportOptions) =>
      (await import("../../actions/export.js")).exportArchive(archive, metrics, options),
    )
  withConnectionOptions(command, "history-$USER-tool-export")
  withExamples(command, [
    ["metricq export hta ./archive 'lab.**.power'", "some metrics, from the beginning"],
    ["metricq export hta ./archive lab.power --from -30d --interval-min 10s", "the last 30 days of one"],
    ["metricq export hta ./archive '**' --folder ./timeline", "a whole store, without a network"],
  ])
}
