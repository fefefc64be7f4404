import { createParquetTable } from "@metricq/web"
import type { ExportOutput } from "./output.js"
import { type AggregateSeries, aggregateNames, exportedAggregate, type PointSeries } from "./series.js"

/** Rows that are compressed together, and held in memory. */
const GROUP_ROWS = 2 ** 17

/** Points as columns `time` (TIMESTAMP in nanoseconds, UTC), `metric` and `value`, a metric after the other. Returns the number of rows. */
export async function writePointsParquet(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  const table = await createParquetTable({ names: ["value"] }, GROUP_ROWS)
  for (const { metric, columns } of series) {
    for await (const { times, values } of columns) {
      for (const [index, timeNs] of times.entries()) {
        if (table.add(timeNs, metric, [values[index]!])) await output.write(await table.takeGroup())
      }
    }
  }
  await output.write(await table.finish())
  return table.rows
}

/** Aggregates as columns `time`, `metric`, `min`, `max`, `mean`, `sum`, `count`, `integral`, `active`. Returns the number of rows. */
export async function writeAggregatesParquet(
  series: readonly AggregateSeries[],
  output: ExportOutput,
): Promise<number> {
  const table = await createParquetTable({ names: aggregateNames, integers: ["count"] }, GROUP_ROWS)
  for (const { metric, columns } of series) {
    for await (const piece of columns) {
      for (const [index, timeNs] of piece.times.entries()) {
        const aggregate = exportedAggregate(piece, index)
        const numbers = aggregateNames.map((each) => aggregate[each])
        if (table.add(timeNs, metric, numbers)) await output.write(await table.takeGroup())
      }
    }
  }
  await output.write(await table.finish())
  return table.rows
}
