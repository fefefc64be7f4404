import type { Command } from "commander"
import type { TableImportOptions } from "../../actions/import.js"
import { withExamples } from "../../options/common.js"
import { withImportOptions, withTableOptions } from "../../options/import.js"

const HELP = `
Either columns time, metric and value, or a column of times and one of numbers
for each metric, named after it. Times are TIMESTAMPs, INT64 or text; those
without a zone are UTC. Nulls are no points; NaN marks a gap.`

/** Adds `metricq import parquet`. */
export function addImportParquet(program: Command): void {
  const command = program
    .command("parquet")
    .description("import a Parquet file: a point a row, or a column a metric")
    .argument("<file>", "file to read")
    .addHelpText("after", HELP)
    .action(async (file: string, options: TableImportOptions) =>
      (await import("../../actions/import.js")).importTable(file, options),
    )
  withTableOptions(command)
  withImportOptions(command, "file")
  withExamples(command, [
    ["metricq import parquet points.parquet", "as metricq history --format parquet writes it"],
    ["metricq import parquet lab.parquet --select '*.power' --prefix lab.", "some columns, under other names"],
  ])
}
