import type { Command } from "commander"
import type { CsvImportOptions } from "../../actions/import.js"
import { withExamples } from "../../options/common.js"
import { withImportOptions, withTableOptions } from "../../options/import.js"

const HELP = `
A point a row: columns time, metric and value. A column a metric: a column of
times, and one for each metric, named after it. Without a line of names, three
fields are time, metric and value; two are time and value of the metric --as.

Times are ISO 8601 with a zone, or numbers of s, ms, us or ns since 1970. Empty
cells are no points; nan marks a gap. Rows may be in any order.`

/** Adds `metricq import csv`. */
export function addImportCsv(program: Command): void {
  const command = program
    .command("csv")
    .description("import a file of text: a point a row, or a column a metric")
    .argument("<file>", "file to read")
    .option("--delimiter <character>", "between fields, or tab (default: comma, semicolon or tab)")
    .option("--utc", "times without a zone are UTC")
    .option("--skip-errors", "count lines that cannot be read instead of ending there")
    .addHelpText("after", HELP)
    .action(async (file: string, options: CsvImportOptions) =>
      (await import("../../actions/import.js")).importText(file, options),
    )
  withTableOptions(command)
  withImportOptions(command, "file")
  withExamples(command, [
    ["metricq import csv points.csv", "time,metric,value"],
    ["metricq import csv lab.csv --prefix lab. --utc", "time,power,temperature"],
    ["metricq import csv power.csv --as lab.power --unit ms", "1700000000000,42.5"],
  ])
}
