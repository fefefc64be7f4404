import { ByteWriter } from "./byte-writer.js"
import { DataError } from "./errors.js"
import { checkInt64, highWord, lowWord } from "./int64.js"
import { readVarint } from "./varint.js"
import { newField, readField, VARINT } from "./wire.js"

const MESSAGE = "history request"
const START_TIME = 1
const END_TIME = 2
const INTERVAL_MAX = 3
const TYPE = 4

/** What a history request asks for. */
export const HistoryRequestType = {
  /** Aggregates of intervals as long as possible up to `intervalMaxNs`. */
  aggregateTimeline: 0,
  /** One aggregate of the time from start to end. */
  aggregate: 1,
  /** The last point, whenever it was. */
  lastValue: 2,
  /** Points or aggregates, whatever the database finds adequate; points for an interval of zero. */
  flexTimeline: 3,
} as const

/** A value of {@link HistoryRequestType}. */
export type HistoryRequestType = (typeof HistoryRequestType)[keyof typeof HistoryRequestType]

/** Question of a history client about one metric, whose name is the routing key. */
export interface HistoryRequest {
  /** Nanoseconds since 1970-01-01 UTC. The wire cannot tell 1970 from nothing. */
  startTimeNs: bigint
  endTimeNs: bigint
  /** Longest interval of an aggregate; zero for points, negative for a single aggregate. */
  intervalMaxNs: bigint
  type: HistoryRequestType
}

/**
 * Encode a request; what is left out is zero. The bytes are fresh.
 *
 * @throws {DataError} `time-range` if a time is no bigint within int64
 */
export function encodeHistoryRequest(request: Partial<HistoryRequest>): Uint8Array {
  const numbers = [request.startTimeNs, request.endTimeNs, request.intervalMaxNs, BigInt(request.type ?? 0)]
  const words = new Int32Array(BigInt64Array.from(numbers, (ns = 0n) => checkInt64(ns, MESSAGE)).buffer)
  const writer = new ByteWriter()
  for (let i = 0; i < numbers.length; i++) writer.varint(i + 1, words[2 * i + lowWord]!, words[2 * i + highWord]!)
  return writer.finish()
}

/**
 * Decode a request; unknown fields are skipped. `body` is not kept.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed` with the byte where it happened; `history-type` for an unknown type
 */
export function decodeHistoryRequest(body: Uint8Array): HistoryRequest {
  const numbers = new BigInt64Array(TYPE + 1)
  const words = new Int32Array(numbers.buffer)
  const field = newField()
  for (let at = 0; at < body.length; at = field.next) {
    readField(body, at, body.length, MESSAGE, field)
    if (field.wireType !== VARINT || field.number > TYPE) continue
    readVarint(body, field.start, field.end, words, field.number, MESSAGE)
  }
  return {
    startTimeNs: numbers[START_TIME]!,
    endTimeNs: numbers[END_TIME]!,
    intervalMaxNs: numbers[INTERVAL_MAX]!,
    type: checkType(numbers[TYPE]!),
  }
}

function checkType(type: bigint): HistoryRequestType {
  if (type < 0n || type > 3n) throw new DataError("history-type", `${MESSAGE}: there is no type ${type}`)
  return Number(type) as HistoryRequestType
}
