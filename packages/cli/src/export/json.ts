import { IsoTimes } from "./iso-times.js"
import { type ExportOutput, TextOutput } from "./output.js"
import {
  type AggregateSeries,
  aggregateNames,
  type ExportedAggregate,
  exportedAggregate,
  type PointSeries,
} from "./series.js"

/** Text of the rows of a series, one by one, without the braces around each. */
type Rows = AsyncGenerator<string>

/** Points as one object: a list of `{"time", "value"}` under the name of each metric. Returns the number of points. */
export function writePointsJson(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  return writeObject(
    series.map((each) => ({ metric: each.metric, rows: pointRows(each) })),
    output,
  )
}

/** Points as one object `{"time", "metric", "value"}` a line. Returns the number of points. */
export function writePointsJsonLines(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  return writeLines(
    series.map((each) => pointRows(each, each.metric)),
    output,
  )
}

/** Aggregates as one object: a list of `{"time", "min", …}` under the name of each metric. Returns the number of aggregates. */
export function writeAggregatesJson(series: readonly AggregateSeries[], output: ExportOutput): Promise<number> {
  return writeObject(
    series.map((each) => ({ metric: each.metric, rows: aggregateRows(each) })),
    output,
  )
}

/** Aggregates as one object `{"time", "metric", "min", …}` a line. Returns the number of aggregates. */
export function writeAggregatesJsonLines(series: readonly AggregateSeries[], output: ExportOutput): Promise<number> {
  return writeLines(
    series.map((each) => aggregateRows(each, each.metric)),
    output,
  )
}

async function writeObject(series: readonly { metric: string; rows: Rows }[], output: ExportOutput): Promise<number> {
  const text = new TextOutput(output)
  let count = 0
  for (const [index, { metric, rows }] of series.entries()) {
    await text.add(`${index === 0 ? "{" : ","}\n  ${JSON.stringify(metric)}: [`)
    let first = true
    for await (const row of rows) {
      const full = text.add(`${first ? "" : ","}\n    {${row}}`)
      if (full) await full
      first = false
      count += 1
    }
    await text.add(first ? "]" : "\n  ]")
  }
  await text.add(series.length === 0 ? "{}\n" : "\n}\n")
  await text.flush()
  return count
}

async function writeLines(series: readonly Rows[], output: ExportOutput): Promise<number> {
  const text = new TextOutput(output)
  let count = 0
  for (const rows of series) {
    for await (const row of rows) {
      const full = text.add(`{${row}}\n`)
      if (full) await full
      count += 1
    }
  }
  await text.flush()
  return count
}

async function* pointRows({ columns }: PointSeries, metric?: string): Rows {
  const iso = new IsoTimes()
  const name = nameField(metric)
  for await (const { times, values } of columns) {
    for (const [index, timeNs] of times.entries()) {
      yield `"time": "${iso.print(timeNs)}", ${name}"value": ${jsonNumber(values[index]!)}`
    }
  }
}

async function* aggregateRows({ columns }: AggregateSeries, metric?: string): Rows {
  const iso = new IsoTimes()
  const name = nameField(metric)
  for await (const rows of columns) {
    for (const [index, timeNs] of rows.times.entries()) {
      yield `"time": "${iso.print(timeNs)}", ${name}${aggregateFields(exportedAggregate(rows, index))}`
    }
  }
}

function aggregateFields(aggregate: ExportedAggregate): string {
  return aggregateNames.map((each) => `"${each}": ${jsonNumber(aggregate[each])}`).join(", ")
}

function nameField(metric: string | undefined): string {
  return metric === undefined ? "" : `"metric": ${JSON.stringify(metric)}, `
}

/** A number; what JSON has none for, NaN and the infinities, as text. */
function jsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`
}
