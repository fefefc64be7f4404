import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addImportCsv } from "./import/csv.js"
import { addImportHta } from "./import/hta.js"
import { addImportParquet } from "./import/parquet.js"

/** Adds `metricq import` and its subcommands: points of files into a database. */
export function addImport(program: Command): void {
  const command = program.command("import").description("store points that are in files")
  for (const add of [addImportHta, addImportCsv, addImportParquet]) add(command)
  withExamples(command, [
    ["metricq import hta /var/hta", "a whole archive of metricq-db-hta"],
    ["metricq import csv power.csv --as lab.power", "times and values of one metric"],
    ["metricq import parquet lab.parquet --folder ./timeline", "without a network"],
  ])
}
