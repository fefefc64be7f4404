import { ByteWriter, ParquetWriter } from "hyparquet-writer"

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

/** What the rows of a table have besides a time and a metric. */
export interface ParquetColumns {
  /** Names of columns of numbers, in their order. */
  readonly names: readonly string[]
  /** Those of them that hold whole numbers, as INT64; the others are doubles. */
  readonly integers?: readonly string[]
}

/**
 * A Parquet file of rows with `time` (TIMESTAMP in nanoseconds, UTC), `metric` and numbers, made group by group: it holds one group, however
 * many there are. Not to be used concurrently.
 */
export class ParquetTable {
  readonly #bytes = new ByteWriter()
  readonly #writer: ParquetWriter
  readonly #groupRows: number
  readonly #times: BigInt64Array
  readonly #metrics: string[]
  readonly #columns: readonly { name: string; values: Float64Array | BigInt64Array }[]
  #length = 0
  #rows = 0

  /** @param groupRows rows that are compressed together, and held in memory */
  constructor({ names, integers = [] }: ParquetColumns, groupRows: number) {
    this.#groupRows = groupRows
    this.#times = new BigInt64Array(groupRows)
    this.#metrics = new Array<string>(groupRows)
    this.#columns = names.map((name) => ({
      name,
      values: integers.includes(name) ? new BigInt64Array(groupRows) : new Float64Array(groupRows),
    }))
    const numbers = this.#columns.map(({ name, values }) => numberElement(name, values))
    const root = { name: "root", num_children: 2 + numbers.length }
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [root, time, metric, ...numbers],
      createdBy: "metricq",
    })
  }

  /** Rows that were taken in. */
  get rows(): number {
    return this.#rows + this.#length
  }

  /** Add a row, its numbers in the order of the columns. Tells whether the group is full: then {@link ParquetTable.takeGroup} before the next. */
  add(timeNs: bigint, metric: string, numbers: readonly number[]): boolean {
    const at = this.#length
    this.#times[at] = timeNs
    this.#metrics[at] = metric
    for (const [index, { values }] of this.#columns.entries()) {
      if (values instanceof Float64Array) values[at] = numbers[index]!
      else values[at] = BigInt(numbers[index]!)
    }
    this.#length += 1
    return this.#length === this.#groupRows
  }

  /** The next bytes of the file: all rows since the last group. */
  async takeGroup(): Promise<Uint8Array> {
    const length = this.#length
    if (length > 0) {
      const numbers = this.#columns.map(({ name, values }) => ({ name, data: values.slice(0, length) }))
      const columnData = [
        { name: "time", data: this.#times.slice(0, length), encoding: "DELTA_BINARY_PACKED" as const },
        { name: "metric", data: this.#metrics.slice(0, length) },
        ...numbers,
      ]
      await this.#writer.write({ columnData, rowGroupSize: this.#groupRows })
      this.#rows += length
      this.#length = 0
    }
    return this.#take()
  }

  /** The last bytes: what is left, and how to read it all. */
  async finish(): Promise<Uint8Array> {
    const group = await this.takeGroup()
    await this.#writer.finish()
    return Buffer.concat([group, this.#take()])
  }

  #take(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice()
    this.#bytes.index = 0
    return bytes
  }
}

function numberElement(name: string, values: Float64Array | BigInt64Array): SchemaElement {
  const type = values instanceof Float64Array ? "DOUBLE" : "INT64"
  return { name, type, repetition_type: "REQUIRED" }
}
