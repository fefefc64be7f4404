import { DataError } from "@metricq/client"
import type { TimeUnit } from "../import-settings.js"
import { TimeText, unitOfSize } from "../time-text.js"
import type { TimeColumn } from "./parquet-form.js"

const NANOSECONDS: Readonly<Record<TimeUnit, bigint>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n }
const LAST_NS = 2n ** 63n - 1n

/** Turns the values of a column into times in nanoseconds. */
export class ParquetTimes {
  readonly #column: TimeColumn
  readonly #text = new TimeText({ utc: true })
  #unit: TimeUnit | undefined

  constructor(column: TimeColumn) {
    this.#column = column
    this.#unit = column.kind === "number" ? column.unit : undefined
  }

  /**
   * Times of a stretch; 0 where there is none. Text without a zone is UTC, as a column of timestamps without one is.
   *
   * @param row number of the first row, for messages
   * @throws {DataError} `parquet` naming the row with something that is no time
   */
  read(values: ArrayLike<unknown>, row: number): BigInt64Array {
    const times = new BigInt64Array(values.length)
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]
      if (value === null || value === undefined) continue
      try {
        times[index] = this.#column.kind === "text" ? this.#fromText(value) : this.#fromNumber(value)
      } catch (error) {
        if (!(error instanceof DataError)) throw error
        throw new DataError("parquet", `row ${row + index}, column ${this.#column.name}: ${error.message}`, {
          cause: error,
        })
      }
    }
    return times
  }

  #fromText(value: unknown): bigint {
    this.#text.read(String(value))
    return BigInt(this.#text.seconds) * NANOSECONDS.s + BigInt(this.#text.nanos)
  }

  #fromNumber(value: unknown): bigint {
    if (typeof value !== "bigint") throw new DataError("parquet", `${String(value)} is no time`)
    this.#unit ??= unitOfSize(Math.abs(Number(value)))
    const ns = value * NANOSECONDS[this.#unit]
    if (ns > LAST_NS || ns < -LAST_NS)
      throw new DataError("time-range", `${value} ${this.#unit} is beyond the year 2262`)
    return ns
  }
}
