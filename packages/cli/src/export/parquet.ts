import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import type { ExportOutput } from "./output.js"
import { type AggregateSeries, aggregateNames, exportedAggregate, type PointSeries } from "./series.js"

/** Rows that are compressed together, and held in memory. */
const GROUP_ROWS = 2 ** 17

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number]

const time: SchemaElement = {
  name: "time",
  type: "INT64",
  repetition_type: "REQUIRED",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
}
const metric: SchemaElement = {
  name: "metric",
  type: "BYTE_ARRAY",
  repetition_type: "REQUIRED",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
}

/** Points as columns `time` (TIMESTAMP in nanoseconds, UTC), `metric` and `value`, a metric after the other. Returns the number of rows. */
export async function writePointsParquet(series: readonly PointSeries[], output: ExportOutput): Promise<number> {
  const table = new Table(output, ["value"], [])
  for (const { metric, columns } of series) {
    for await (const { times, values } of columns) {
      for (const [index, timeNs] of times.entries()) {
        const full = table.add(timeNs, metric, [values[index]!])
        if (full) await full
      }
    }
  }
  return table.finish()
}

/** Aggregates as columns `time`, `metric`, `min`, `max`, `mean`, `sum`, `count`, `integral`, `active`. Returns the number of rows. */
export async function writeAggregatesParquet(
  series: readonly AggregateSeries[],
  output: ExportOutput,
): Promise<number> {
  const table = new Table(output, aggregateNames, ["count"])
  for (const { metric, columns } of series) {
    for await (const piece of columns) {
      for (const [index, timeNs] of piece.times.entries()) {
        const aggregate = exportedAggregate(piece, index)
        const full = table.add(
          timeNs,
          metric,
          aggregateNames.map((each) => aggregate[each]),
        )
        if (full) await full
      }
    }
  }
  return table.finish()
}

/** A file of rows with a time, a metric and some numbers, written group by group. */
class Table {
  readonly #output: ExportOutput
  readonly #bytes = new ByteWriter()
  readonly #writer: ParquetWriter
  readonly #times = new BigInt64Array(GROUP_ROWS)
  readonly #metrics = new Array<string>(GROUP_ROWS)
  readonly #columns: readonly { name: string; values: Float64Array | BigInt64Array }[]
  #length = 0
  #rows = 0

  /** @param integers names of those columns that hold whole numbers */
  constructor(output: ExportOutput, names: readonly string[], integers: readonly string[]) {
    this.#output = output
    this.#columns = names.map((name) => ({
      name,
      values: integers.includes(name) ? new BigInt64Array(GROUP_ROWS) : new Float64Array(GROUP_ROWS),
    }))
    const numbers = this.#columns.map(({ name, values }) => numberElement(name, values))
    const root = { name: "root", num_children: 2 + numbers.length }
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [root, time, metric, ...numbers],
      createdBy: "metricq",
    })
  }

  /** Add a row, its numbers in the order of the columns; resolves at once unless a group is full. */
  add(timeNs: bigint, metric: string, numbers: readonly number[]): Promise<void> | undefined {
    const at = this.#length
    this.#times[at] = timeNs
    this.#metrics[at] = metric
    for (const [index, { values }] of this.#columns.entries()) {
      if (values instanceof Float64Array) values[at] = numbers[index]!
      else values[at] = BigInt(numbers[index]!)
    }
    this.#length += 1
    return this.#length < GROUP_ROWS ? undefined : this.#writeGroup()
  }

  /** Write what is left, and how to read it all; the number of rows. */
  async finish(): Promise<number> {
    await this.#writeGroup()
    await this.#writer.finish()
    await this.#flush()
    return this.#rows
  }

  async #writeGroup(): Promise<void> {
    const length = this.#length
    if (length === 0) return
    const numbers = this.#columns.map(({ name, values }) => ({ name, data: values.slice(0, length) }))
    const columnData = [
      { name: "time", data: this.#times.slice(0, length), encoding: "DELTA_BINARY_PACKED" as const },
      { name: "metric", data: this.#metrics.slice(0, length) },
      ...numbers,
    ]
    await this.#writer.write({ columnData, rowGroupSize: GROUP_ROWS })
    await this.#flush()
    this.#rows += length
    this.#length = 0
  }

  async #flush(): Promise<void> {
    await this.#output.write(this.#bytes.getBytes())
    this.#bytes.index = 0
  }
}

function numberElement(name: string, values: Float64Array | BigInt64Array): SchemaElement {
  const type = values instanceof Float64Array ? "DOUBLE" : "INT64"
  return { name, type, repetition_type: "REQUIRED" }
}
