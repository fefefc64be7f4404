import {
  ColumnBuffer,
  type Columns,
  checkMetricName,
  DataError,
  encodeDataChunk,
  type Timestamp,
} from "@metricq/protocol"

/** Where the chunks of a metric go. */
export interface ChunkOutlet {
  /** The chunk size of metrics that have none of their own. */
  readonly chunkSize: number | null
  /** Take an encoded chunk; see `Source.send` for the promise and its errors. */
  addChunk(metric: string, body: Buffer, points: number): Promise<void>
}

/** Most points in a message, also with a chunk size of `null`: below 5 MiB. */
const mostPoints = 262_144

const resolved = Promise.resolve()

/**
 * One metric of a source: points are collected, and go out together as a chunk as soon as there are `chunkSize` of them.
 *
 * Encoding happens in the moment a chunk is full, so a point is always either in the next chunk or in one that is already
 * on its way: none is lost in between.
 */
export class SourceMetric {
  /** Name of the metric. */
  readonly id: string
  /** Set by the source when the metric is declared; before, nothing may be sent. @internal */
  declared = false
  readonly #outlet: ChunkOutlet
  readonly #buffer = new ColumnBuffer(1)
  #chunkSize: number | null | undefined

  /** @throws {DataError} `metric-name` */
  constructor(id: string, outlet: ChunkOutlet) {
    checkMetricName(id)
    this.id = id
    this.#outlet = outlet
  }

  /** Points a chunk; `null`: only when flushed. The source's, unless set here. */
  get chunkSize(): number | null {
    return this.#chunkSize === undefined ? this.#outlet.chunkSize : this.#chunkSize
  }

  /** @throws {DataError} `chunk-size` unless null or a whole number from 1 to 262,144 */
  set chunkSize(size: number | null) {
    this.#chunkSize = checkChunkSize(size)
  }

  /** No points wait for their chunk to fill. */
  get empty(): boolean {
    return this.#buffer.length === 0
  }

  /**
   * Add a point without sending, however many there are; NaN and infinities are allowed. Times should increase.
   *
   * @throws {DataError} `not-declared`, `time`, `value`; at 262,144 points it is sent all the same
   */
  append(time: Timestamp, value: number): void {
    if (!this.declared) throw undeclared(this.id)
    if (typeof value !== "number") throw new DataError("value", `${this.id}: ${String(value)} is not a number`)
    if (typeof time?.posixNs !== "bigint") throw new DataError("time", `${this.id}: ${String(time)} is not a Timestamp`)
    this.#buffer.append(time.posixNs, value)
    if (this.#buffer.length >= mostPoints) void this.flush()
  }

  /** Add a point, and send the chunk if it is full. Promise and errors as of `Source.send`. */
  send(time: Timestamp, value: number): Promise<void> {
    this.append(time, value)
    const size = this.chunkSize
    return size !== null && this.#buffer.length >= size ? this.flush() : resolved
  }

  /** Say that there is no valid value for this time: sends NaN. */
  error(time: Timestamp): Promise<void> {
    return this.send(time, Number.NaN)
  }

  /**
   * Send points as messages of their own, after those that wait; `columns` are not kept.
   *
   * @throws {DataError} `chunk-length` if the columns differ in length; `not-declared`
   */
  sendChunk(columns: Columns): Promise<void> {
    if (!this.declared) throw undeclared(this.id)
    const { times, values } = columns
    if (times.length !== values.length) {
      throw new DataError("chunk-length", `${this.id}: ${times.length} times and ${values.length} values are no chunk`)
    }
    let last = this.flush()
    for (let from = 0; from < times.length; from += mostPoints) {
      const to = Math.min(from + mostPoints, times.length)
      last = this.#send(times.subarray(from, to), values.subarray(from, to), to - from)
    }
    return last
  }

  /** Send the points that wait, full chunk or not. Promise and errors as of `Source.send`. */
  flush(): Promise<void> {
    const { length, times, values } = this.#buffer
    if (length === 0) return resolved
    this.#buffer.clear()
    return this.#send(times, values, length)
  }

  #send(times: BigInt64Array, values: Float64Array, points: number): Promise<void> {
    return this.#outlet.addChunk(this.id, encodeDataChunk(times, values, points, allocate), points)
  }
}

/** @throws {DataError} `chunk-size` */
export function checkChunkSize(size: number | null): number | null {
  if (size === null || (Number.isInteger(size) && size >= 1 && size <= mostPoints)) return size
  throw new DataError(
    "chunk-size",
    `a chunk size is null or a whole number from 1 to ${mostPoints}, not ${String(size)}`,
  )
}

/** The error for a metric that is not declared, or could not be. */
export function undeclared(metric: string): DataError {
  try {
    checkMetricName(metric)
  } catch (error) {
    if (error instanceof DataError) return error
  }
  return new DataError("not-declared", `${metric} has not been declared: call declareMetrics first`)
}

/** amqplib wants Buffers. */
const allocate = (bytes: number) => Buffer.allocUnsafe(bytes)
