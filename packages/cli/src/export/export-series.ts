import type { ExportOutput } from "./output.js"
import type { AggregateSeries, PointSeries } from "./series.js"

/** Formats of a file of points or aggregates. `csv-wide` has a column for each metric, `jsonl` an object for each line. */
export type ExportFormat = "csv" | "csv-wide" | "json" | "jsonl" | "parquet"

/**
 * Write points in a format. Holds some megabytes, however many there are.
 *
 * @returns the number of rows
 */
export async function exportPoints(
  format: ExportFormat,
  series: readonly PointSeries[],
  output: ExportOutput,
): Promise<number> {
  switch (format) {
    case "csv":
      return (await import("./csv.js")).writePointsCsv(series, output)
    case "csv-wide":
      return (await import("./csv.js")).writePointsWideCsv(series, output)
    case "json":
      return (await import("./json.js")).writePointsJson(series, output)
    case "jsonl":
      return (await import("./json.js")).writePointsJsonLines(series, output)
    case "parquet":
      return (await import("./parquet.js")).writePointsParquet(series, output)
  }
}

/** The same for aggregates, which have no wide form. */
export async function exportAggregates(
  format: Exclude<ExportFormat, "csv-wide">,
  series: readonly AggregateSeries[],
  output: ExportOutput,
): Promise<number> {
  switch (format) {
    case "csv":
      return (await import("./csv.js")).writeAggregatesCsv(series, output)
    case "json":
      return (await import("./json.js")).writeAggregatesJson(series, output)
    case "jsonl":
      return (await import("./json.js")).writeAggregatesJsonLines(series, output)
    case "parquet":
      return (await import("./parquet.js")).writeAggregatesParquet(series, output)
  }
}
