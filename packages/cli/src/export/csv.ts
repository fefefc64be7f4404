import { IsoTimes } from "./iso-times.js"
import { mergeByTime } from "./merge-by-time.js"
import { type ExportOutput, TextOutput } from "./output.js"
import { type AggregateSeries, aggregateNames, exportedAggregate, type PointSeries } from "./series.js"

/** Points as `time,metric,value`, a metric after the other. Returns the number of rows. */
export async function writePointsCsv(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  const text = new TextOutput(output)
  const iso = new IsoTimes()
  let rows = 0
  await text.add("time,metric,value\n")
  for (const { metric, columns } of series) {
    const name = csvField(metric)
    for await (const { times, values } of columns) {
      rows += times.length
      for (const [index, timeNs] of times.entries()) {
        const full = text.add(`${iso.print(timeNs)},${name},${values[index]}\n`)
        if (full) await full
      }
    }
  }
  await text.flush()
  return rows
}

/**
 * Points as `time,<metric>,<metric>…`, a row for each time at which any metric has a point; cells of the others are empty. Returns the
 * number of rows.
 */
export async function writePointsWideCsv(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  const text = new TextOutput(output)
  const iso = new IsoTimes()
  let rows = 0
  await text.add(`${["time", ...series.map(({ metric }) => csvField(metric))].join(",")}\n`)
  for await (const { timeNs, values } of mergeByTime(series)) {
    rows += 1
    const full = text.add(`${iso.print(timeNs)},${values.map((value) => value ?? "").join(",")}\n`)
    if (full) await full
  }
  await text.flush()
  return rows
}

/** Aggregates as `time,metric,min,max,mean,sum,count,integral,active`, a metric after the other. Returns the number of rows. */
export async function writeAggregatesCsv(series: readonly AggregateSeries[], output: ExportOutput): Promise<number> {
  const text = new TextOutput(output)
  const iso = new IsoTimes()
  let rows = 0
  await text.add(`time,metric,${aggregateNames.join(",")}\n`)
  for (const { metric, columns } of series) {
    const name = csvField(metric)
    for await (const piece of columns) {
      rows += piece.times.length
      for (const [index, timeNs] of piece.times.entries()) {
        const aggregate = exportedAggregate(piece, index)
        const cells = aggregateNames.map((each) => aggregate[each]).join(",")
        const full = text.add(`${iso.print(timeNs)},${name},${cells}\n`)
        if (full) await full
      }
    }
  }
  await text.flush()
  return rows
}

/** Text as a field of a line: in quotes where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
