import { ByteWriter } from "./byte-writer.js"
import { DataError } from "./errors.js"
import type { AggregateColumns, HistoryResponse, LegacyColumns } from "./history-response.js"
import { highWord, lowWord } from "./int64.js"
import { countVarints, readVarint } from "./varint.js"
import { BYTES, FIXED64, type Field, malformed, newField, readField, VARINT } from "./wire.js"
import { readDeltas, readFixed64 } from "./words.js"

const MESSAGE = "history response"
const METRIC = 1
const TIME_DELTA = 2
const VALUE_MIN = 3
const VALUE_MAX = 4
const VALUE_AVG = 5
const AGGREGATE = 6
const VALUE = 7
const ERROR = 8

/** Columns of an aggregate in the order of their field numbers, less one. */
const AGGREGATE_COLUMNS = ["minimum", "maximum", "sum", "count", "integralNs", "activeTimeNs"] as const
const COUNT = 3
const ACTIVE_TIME = 5
const BYTES_PER_AGGREGATE = 8 * AGGREGATE_COLUMNS.length

/** An answer may take so much more memory than its message: an aggregate of nothing but zeros is two bytes long. */
const MAX_EXPANSION = 16
const FREE_BYTES = 2048

/** What {@link encodeHistoryResponse} takes: columns that are left out are empty. */
export type HistoryResponseParts = Partial<Omit<HistoryResponse, "legacy">> & { legacy?: Partial<LegacyColumns> }

/**
 * Encode an answer; the bytes are fresh. Columns are written as they are, whether or not they make sense together.
 *
 * @throws {DataError} `history-response` if the columns of the aggregates differ in length
 */
export function encodeHistoryResponse(response: HistoryResponseParts): Uint8Array {
  const writer = new ByteWriter()
  writer.text(METRIC, response.metric ?? "")
  if (response.times) writer.deltas(TIME_DELTA, wordsOf(response.times))
  const { minimum, maximum, average } = response.legacy ?? {}
  if (minimum) writer.doubles(VALUE_MIN, wordsOf(minimum))
  if (maximum) writer.doubles(VALUE_MAX, wordsOf(maximum))
  if (average) writer.doubles(VALUE_AVG, wordsOf(average))
  if (response.aggregates) writeAggregates(writer, response.aggregates)
  if (response.values) writer.doubles(VALUE, wordsOf(response.values))
  writer.text(ERROR, response.error ?? "")
  return writer.finish()
}

function writeAggregates(writer: ByteWriter, aggregates: AggregateColumns): void {
  const { length } = aggregates.minimum
  const columns = AGGREGATE_COLUMNS.map((name) => aggregates[name])
  if (columns.some((column) => column.length !== length)) {
    const lengths = columns.map((column) => column.length).join(", ")
    throw new DataError("history-response", `${MESSAGE}: the columns of the aggregates have ${lengths} elements`)
  }
  const words = columns.map(wordsOf)
  const one = new ByteWriter()
  for (let index = 0; index < length; index++) {
    one.clear()
    for (let column = 0; column < words.length; column++) {
      const own = words[column]!
      if (column !== COUNT && column !== ACTIVE_TIME) one.double(column + 1, own, index)
      else one.varint(column + 1, own[2 * index + lowWord]!, own[2 * index + highWord]!)
    }
    writer.message(AGGREGATE, one.view())
  }
}

/**
 * Decode an answer into fresh columns; `body` is not kept.
 *
 * Packed and unpacked fields, also mixed, in any order; unknown fields are skipped. Whether the columns fit together is for
 * `historyResponseMode` to say.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed` with the byte where it happened, also for thousands of empty aggregates in a
 *   message too small for real ones
 */
export function decodeHistoryResponse(body: Uint8Array): HistoryResponse {
  const counts = countElements(body)
  const response: HistoryResponse = {
    metric: "",
    times: new BigInt64Array(counts[TIME_DELTA]!),
    values: doubles(counts[VALUE]!),
    aggregates: newAggregates(counts[AGGREGATE]!),
    legacy: {
      minimum: doubles(counts[VALUE_MIN]!),
      maximum: doubles(counts[VALUE_MAX]!),
      average: doubles(counts[VALUE_AVG]!),
    },
    error: "",
  }
  new Filler(response).fill(body)
  return response
}

/** Elements of each repeated field, indexed by its number; checks the message's structure on the way. */
function countElements(body: Uint8Array): number[] {
  const counts = new Array<number>(ERROR + 1).fill(0)
  const field = newField()
  for (let at = 0; at < body.length; at = field.next) {
    readField(body, at, body.length, MESSAGE, field)
    if (field.number <= ERROR) counts[field.number]! += elementsOf(body, at, field)
  }
  const memory = 8 * counts[TIME_DELTA]! + BYTES_PER_AGGREGATE * counts[AGGREGATE]!
  if (memory > MAX_EXPANSION * body.length + FREE_BYTES) {
    throw malformed(MESSAGE, 0, `${counts[AGGREGATE]} aggregates in ${body.length} bytes cannot be real`)
  }
  return counts
}

function elementsOf(body: Uint8Array, at: number, field: Field): number {
  if (field.number === TIME_DELTA) {
    if (field.wireType === BYTES) return countVarints(body, field.start, field.end, MESSAGE)
    return field.wireType === VARINT ? 1 : 0
  }
  if (field.number === AGGREGATE) return field.wireType === BYTES ? 1 : 0
  if (field.number === METRIC || field.number === ERROR) return 0
  if (field.wireType !== BYTES) return field.wireType === FIXED64 ? 1 : 0
  const bytes = field.end - field.start
  if (bytes % 8 !== 0)
    throw malformed(MESSAGE, at, `field ${field.number} has ${bytes} bytes, not eight for each value`)
  return bytes / 8
}

/** Writes a message whose structure was checked into columns of the right length. */
class Filler {
  readonly #response: HistoryResponse
  readonly #times: Int32Array
  readonly #doubles: (Int32Array | undefined)[] = []
  readonly #aggregates: Int32Array[]
  readonly #filled = new Array<number>(ERROR + 1).fill(0)
  readonly #inner = newField()

  constructor(response: HistoryResponse) {
    this.#response = response
    this.#times = wordsOf(response.times)
    this.#doubles[VALUE_MIN] = wordsOf(response.legacy.minimum)
    this.#doubles[VALUE_MAX] = wordsOf(response.legacy.maximum)
    this.#doubles[VALUE_AVG] = wordsOf(response.legacy.average)
    this.#doubles[VALUE] = wordsOf(response.values)
    this.#aggregates = AGGREGATE_COLUMNS.map((name) => wordsOf(response.aggregates[name]))
  }

  fill(body: Uint8Array): void {
    const field = newField()
    for (let at = 0; at < body.length; at = field.next) {
      readField(body, at, body.length, MESSAGE, field)
      if (field.number === TIME_DELTA) this.#fillTimes(body, field)
      else if (field.number === AGGREGATE) this.#fillAggregate(body, field)
      else if (field.number === METRIC || field.number === ERROR) this.#fillText(body, field)
      else this.#fillDoubles(body, field)
    }
  }

  #fillTimes(body: Uint8Array, { wireType, start, end }: Field): void {
    if (wireType !== BYTES && wireType !== VARINT) return
    const from = this.#filled[TIME_DELTA]!
    this.#filled[TIME_DELTA] = readDeltas(body, start, end, this.#times, from, this.#times.length / 2, MESSAGE)
  }

  #fillDoubles(body: Uint8Array, { number, wireType, start, end }: Field): void {
    const words = this.#doubles[number]
    if (!words || (wireType !== BYTES && wireType !== FIXED64)) return
    const from = this.#filled[number]!
    readFixed64(body, start, end, words, from)
    this.#filled[number] = from + (end - start) / 8
  }

  #fillAggregate(body: Uint8Array, { wireType, start, end }: Field): void {
    if (wireType !== BYTES) return
    const index = this.#filled[AGGREGATE]!++
    const inner = this.#inner
    for (let at = start; at < end; at = inner.next) {
      readField(body, at, end, MESSAGE, inner)
      const column = inner.number - 1
      const words = this.#aggregates[column]
      if (!words) continue
      const isInteger = column === COUNT || column === ACTIVE_TIME
      if (isInteger && inner.wireType === VARINT) readVarint(body, inner.start, inner.end, words, index, MESSAGE)
      if (!isInteger && inner.wireType === FIXED64) readFixed64(body, inner.start, inner.end, words, index)
    }
  }

  #fillText(body: Uint8Array, { number, wireType, start, end }: Field): void {
    if (wireType !== BYTES) return
    const bytes = body.subarray(start, end)
    if (number === ERROR) this.#response.error = new TextDecoder().decode(bytes)
    else this.#response.metric = decodeName(bytes, start)
  }
}

function decodeName(bytes: Uint8Array, at: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw malformed(MESSAGE, at, "field 1 (metric) is no UTF-8", { cause })
  }
}

/** Nothing can be written into an empty column, so all share one. */
const NO_DOUBLES = new Float64Array(0)

function doubles(length: number): Float64Array {
  return length === 0 ? NO_DOUBLES : new Float64Array(length)
}

function newAggregates(length: number): AggregateColumns {
  return {
    minimum: doubles(length),
    maximum: doubles(length),
    sum: doubles(length),
    count: new BigUint64Array(length),
    integralNs: doubles(length),
    activeTimeNs: new BigInt64Array(length),
  }
}

function wordsOf(column: Float64Array | BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, 2 * column.length)
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes: Uint8Array): string
}
