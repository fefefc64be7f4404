import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addExportHta } from "./export/hta.js"

/** Adds `metricq export` and its subcommands: what is stored into files of other programs. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .description("write what is stored as an archive; for CSV, JSON and Parquet see metricq history")
  addExportHta(command)
  withExamples(command, [["metricq export hta ./archive 'lab.**'", "for metricq-db-hta and its tools"]])
}
